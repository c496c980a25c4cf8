import type { ServerResponse } from 'node:http'

/**
 * Lets an operation write its answer into nothing, so that another can be sent in its place. The answer gives the response back
 * as it was and says what status the operation had chosen.
 */
export const muteResponse = (res: ServerResponse): (() => number) => {
  let status = 200
  const lastCallback = (args: unknown[]) => {
    const callback = args.at(-1)
    if (typeof callback === 'function') setImmediate(() => (callback as () => void)())
  }
  res.writeHead = (code: number) => {
    status = code
    return res
  }
  res.flushHeaders = () => {}
  res.write = ((...args: unknown[]) => {
    lastCallback(args)
    return true
  }) as ServerResponse['write']
  res.end = ((...args: unknown[]) => {
    lastCallback(args)
    setImmediate(() => res.emit('finish'))
    return res
  }) as ServerResponse['end']
  return () => {
    if (res.statusCode !== 200) status = res.statusCode
    for (const method of ['write', 'end', 'writeHead', 'flushHeaders'] as const) Reflect.deleteProperty(res, method)
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    return status
  }
}

const flip = (chunk: unknown): unknown => {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return chunk
  const bytes = Buffer.from(chunk as Uint8Array)
  if (bytes.length > 0) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  return bytes
}

/** Changes one bit of the first piece of the body; its length stays. */
export const corruptResponse = (res: ServerResponse): void => {
  let done = false
  const write = res.write.bind(res)
  const end = res.end.bind(res)
  const once = (args: unknown[]) => {
    if (done || typeof args[0] === 'function' || args[0] === undefined || args[0] === null) return args
    done = true
    return [flip(args[0]), ...args.slice(1)]
  }
  res.write = ((...args: unknown[]) => Reflect.apply(write, res, once(args))) as ServerResponse['write']
  res.end = ((...args: unknown[]) => Reflect.apply(end, res, once(args))) as ServerResponse['end']
}

/** Sends half of the first piece of the body, then closes the connection. */
export const truncateResponse = (res: ServerResponse): void => {
  const write = res.write.bind(res)
  const cut = (args: unknown[]): boolean => {
    const [chunk] = args
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return false
    const bytes = Buffer.from(chunk as Uint8Array)
    write(bytes.subarray(0, bytes.length >> 1), () => res.destroy())
    return true
  }
  const end = res.end.bind(res)
  res.write = ((...args: unknown[]) => cut(args)) as ServerResponse['write']
  res.end = ((...args: unknown[]) =>
    cut(args) ? res : (end as (...all: unknown[]) => ServerResponse)(...args)) as ServerResponse['end']
}
