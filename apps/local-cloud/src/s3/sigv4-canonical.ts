import type { IncomingMessage } from 'node:http'

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const queryOf = (url: string): string => {
  const mark = url.indexOf('?')
  return mark === -1 ? '' : url.slice(mark + 1)
}

/** S3 signs the path encoded once; every other service encodes the path as sent a second time. */
export const canonicalPath = (url: string, forS3: boolean): string => {
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  return path
    .split('/')
    .map((segment) => encode(forS3 ? decode(segment) : segment))
    .join('/')
}

/** Sorted by name, then value; the signature itself apart. */
export const canonicalQuery = (url: string): string => {
  const query = queryOf(url)
  if (query === '') return ''
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      const value = equals === -1 ? '' : pair.slice(equals + 1)
      return [encode(decode(name)), encode(decode(value))] as const
    })
    .toSorted(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** `name:value` lines of the signed headers, each value as sent, spaces collapsed. */
export const canonicalHeaders = (req: IncomingMessage, signedHeaders: readonly string[]): string => {
  const values = new Map<string, string[]>()
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at].toLowerCase()
    const value = req.rawHeaders[at + 1].trim().replace(/ +/g, ' ')
    const present = values.get(name)
    if (present) present.push(value)
    else values.set(name, [value])
  }
  return signedHeaders.map((name) => `${name}:${values.get(name)?.join(',') ?? ''}`).join('\n')
}
