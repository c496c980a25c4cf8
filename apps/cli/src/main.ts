import { runCli } from './run-cli.ts'

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  note: (line) => void process.stderr.write(`${line}\n`),
  progress: process.stderr,
  env: process.env,
  signal: interrupt.signal,
})
