import { runProgram } from '../container/run-program.ts'
import { serveScript, trainScript } from '../container/script-mode.ts'

await runProgram({ train: (context) => trainScript(context, 'pytorch'), serve: serveScript })
