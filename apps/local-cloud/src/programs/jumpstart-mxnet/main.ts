import { runProgram } from '../container/run-program.ts'
import { serveScript, trainScript } from '../container/script-mode.ts'

// Script mode, like every deep-learning container: what is special to the model is in its JumpStart script.
await runProgram({ train: (context) => trainScript(context, 'mxnet'), serve: serveScript })
