import type { Log } from '@assay/pipeline'

/** Says only what is wrong. */
export const quietLog: Log = { debug: () => {}, info: () => {}, warn: console.warn, error: console.error }
