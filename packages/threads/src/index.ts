export { answerAsThread, inOwnThread } from './own-thread.ts'
