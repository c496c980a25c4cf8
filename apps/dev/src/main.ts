import { demoCommand } from './demo/demo-command.ts'
import { endWithParent } from './end-with-parent.ts'
import { testCommand } from './test-command.ts'

const commands: Record<string, (args: readonly string[]) => Promise<number>> = { demo: demoCommand, test: testCommand }

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
endWithParent(() => process.kill(process.pid, 'SIGTERM'))
if (command) process.exitCode = await command(args)
else {
  process.stderr.write(`"${name}" met; ${Object.keys(commands).join(' or ')} needed\n`)
  process.exitCode = 2
}
