const lookEveryMs = 500

/** Where npm started us and has gone without a word (SIGKILL), its place as our parent is taken by another process: then `end` is called. */
export const endWithParent = (end: () => void): void => {
  if (!process.env['npm_lifecycle_event']) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    end()
  }, lookEveryMs)
  timer.unref()
}
