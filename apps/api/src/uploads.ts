import type { Fault } from './context.ts'

// oxlint-disable-next-line eslint/no-control-regex -- control characters are what is refused
const control = /[\u0000-\u001f\u007f]/

const faultOf = (path: string): string | undefined => {
  if (control.test(path)) return 'a control character met'
  if (path.includes('\\')) return 'a backslash met; folders are separated by forward slashes'
  const segments = path.split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    return 'an empty, "." or ".." segment met; a relative path within the data set is needed'
  return undefined
}

/** Paths that must not become keys, by pointer: absolute ones, ones that climb, doubles. */
export const pathFaults = (files: readonly { path: string }[]): Fault[] => {
  const seen = new Map<string, number>()
  return files.flatMap(({ path }, index) => {
    const first = seen.get(path)
    seen.set(path, first ?? index)
    const detail = first === undefined ? faultOf(path) : `the same path as /files/${first}`
    return detail === undefined ? [] : [{ pointer: `/files/${index}/path`, detail }]
  })
}

/** What the SDK presigns for where nothing else is said. */
const defaultSeconds = 900

const expiryMs = (url: string): number | undefined => {
  const { searchParams } = new URL(url)
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '')
  if (!signed) return undefined
  const [, year, month, day, hour, minute, second] = signed.map(Number)
  if (year === undefined || month === undefined) return undefined
  const seconds = Number(searchParams.get('X-Amz-Expires') ?? defaultSeconds)
  return Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000
}

/** When the first of these presigned URLs stops working, read from the URLs themselves. ISO 8601. */
export const expiryOf = (urls: readonly string[]): string =>
  new Date(Math.min(...urls.map((url) => expiryMs(url) ?? Date.now() + defaultSeconds * 1000))).toISOString()
