#!/usr/bin/env node
// Stands for the docker command in tests: keeps the words it is called with, and runs the program of a container as a process that, like a
// container, outlives its client and is ended by `docker rm`. Its state lies beside it.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const containers = join(folder, 'containers')
mkdirSync(containers, { recursive: true })
const [, , command, ...words] = process.argv
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify([command, ...words])}\n`)

/** Values of an option that may be given several times. */
const all = (option) => words.flatMap((word, index) => (word === option ? [words[index + 1]] : []))

if (existsSync(join(folder, 'no-engine'))) {
  console.error('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
  process.exit(1)
}
if (command === 'run') {
  const [name] = all('--name')
  const image = words.findIndex((word) => word.includes('.dkr.ecr.') || word.startsWith('known/'))
  if (words[image].startsWith('known/absent')) {
    console.error(`docker: Error response from daemon: pull access denied for ${words[image]}.`)
    process.exit(125)
  }
  const source = /source=([^,]*)/.exec(all('--mount')[0])[1]
  const port = /:(\d+):8080$/.exec(all('--publish')[0] ?? '')?.[1]
  const program = spawn(process.execPath, [join(folder, 'program.mjs'), ...words.slice(image + 1)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(all('--env').map((pair) => pair.split(/=(.*)/s))),
      SAGEMAKER_BASE_DIR: source,
      SAGEMAKER_BIND_TO_PORT: port,
    },
  })
  writeFileSync(join(containers, name), JSON.stringify({ pid: program.pid, labels: all('--label') }))
  program.stdout.pipe(process.stdout)
  program.stderr.pipe(process.stderr)
  process.on('SIGTERM', () => program.kill('SIGTERM'))
  program.once('exit', (code, signal) => {
    rmSync(join(containers, name), { force: true })
    process.exitCode = signal ? 137 : code
  })
} else if (command === 'rm') {
  for (const name of words.filter((word) => !word.startsWith('-'))) {
    const { pid } = JSON.parse(readFileSync(join(containers, name), 'utf8'))
    process.kill(-pid, 'SIGKILL')
    rmSync(join(containers, name), { force: true })
  }
} else if (command === 'ps') {
  const [label] = all('--filter').map((filter) => filter.replace('label=', ''))
  for (const name of readdirSync(containers))
    if (JSON.parse(readFileSync(join(containers, name), 'utf8')).labels.includes(label)) console.log(name)
} else if (command === 'version') console.log('0.0')
