export { configOrExit, openContext, runWorker, type WorkerContext, type WorkerParts } from './worker-process.ts'
