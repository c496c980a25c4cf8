import { runProgram } from '../container/run-program.ts'
import { serve } from './serve.ts'
import { trainProgram } from './train.ts'

await runProgram({ train: trainProgram, serve })
