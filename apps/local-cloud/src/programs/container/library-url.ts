import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** URL of the bundled detector library, beside the program that was started: scripts import it in the place of torch or mxnet. */
export const detectorLibraryUrl = (): string => {
  const url = new URL('detector-library.js', pathToFileURL(process.argv[1] ?? ''))
  if (!existsSync(url)) throw new Error(`${url.pathname} is missing: run npm run build`)
  return url.href
}
