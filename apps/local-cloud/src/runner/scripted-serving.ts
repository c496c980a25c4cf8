import type { ServingAnswer, ServingProgram } from './serving-program.ts'

/**
 * Serves without a process, as the environment says: SCRIPTED_RESPONSE (the request's body), SCRIPTED_CONTENT_TYPE,
 * SCRIPTED_STATUS (200), SCRIPTED_DELAY_MS (0), SCRIPTED_STARTUP_ERROR (never ready, with this reason).
 */
export const createScriptedServing = (environment: Record<string, string | undefined>): ServingProgram => {
  const error = environment['SCRIPTED_STARTUP_ERROR']
  const ready = error === undefined ? Promise.resolve() : Promise.reject(new Error(error))
  ready.catch(() => {})
  return {
    ready,
    invoke: async (body, headers, timeoutMs): Promise<ServingAnswer> => {
      const delayMs = Number(environment['SCRIPTED_DELAY_MS'] ?? 0)
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, timeoutMs)))
      if (delayMs > timeoutMs) throw new Error('timed out')
      const response = environment['SCRIPTED_RESPONSE']
      return {
        status: Number(environment['SCRIPTED_STATUS'] ?? 200),
        headers: {
          'content-type': environment['SCRIPTED_CONTENT_TYPE'] ?? headers['content-type'] ?? 'application/json',
        },
        body: response === undefined ? body : Buffer.from(response),
      }
    },
    get: async () => ({ status: 404, headers: {}, body: Buffer.alloc(0) }),
    stop: async () => {},
    kill: () => {},
    process: false,
    // It never ends by itself.
    ended: new Promise(() => {}),
  }
}
