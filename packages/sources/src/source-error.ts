/** What is wrong with a source folder or tarball; the message says what was met and what is needed. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}
