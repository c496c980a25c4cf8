import type { FastifyBaseLogger } from 'fastify'

/** Lets a nudge run beside the answer. Its loss is harmless: the reconciler finds what is left lying. */
export const nudge = (log: FastifyBaseLogger, name: string, sent: Promise<unknown>): void => {
  void sent.catch((error: unknown) => log.warn({ err: error, nudge: name }, 'nudge was lost'))
}
