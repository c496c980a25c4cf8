'use strict'
const { existsSync, mkdirSync } = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const root = path.resolve(__dirname, '../../..')

/** Temporary files stay inside the clone, for us and for everything that we start. */
const keepTemporaryFilesInside = () => {
  const folder = path.join(root, '.assay/tmp')
  mkdirSync(folder, { recursive: true })
  process.env.TMPDIR = folder
}

/** `npm run` moves to the root of the clone; paths on the command line mean the caller's folder. */
const returnToCallersFolder = () => {
  if (process.env.npm_lifecycle_event && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
}

/**
 * Installs and builds what is missing or stale, then runs `dist/<program>.js` in this process. Only the demo and
 * the tests report on standard output; elsewhere it belongs to the program's result.
 */
exports.runProgram = async (program, args) => {
  try {
    keepTemporaryFilesInside()
    const { setUp } = await import(pathToFileURL(path.join(__dirname, 'set-up.mjs')).href)
    const out = program === 'dev' ? process.stdout : process.stderr
    await setUp((line) => out.write(`${line}\n`), { sayUpToDate: program === 'dev' })
    const file = path.join(root, 'dist', `${program}.js`)
    if (!existsSync(file)) throw new Error(`there is no program "${program}" in dist/`)
    returnToCallersFolder()
    process.argv = [process.argv[0], file, ...args]
    await import(pathToFileURL(file).href)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
