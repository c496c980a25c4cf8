import type { App } from '../app.ts'

interface Known {
  pattern: RegExp
  methods: readonly string[]
}

const toPattern = (url: string) =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/:[^/]+/g, '[^/]+')
      .replaceAll('*', '.*')}/?$`,
  )

/** Remembers every route that is added after this call; answers the methods that a path takes, so that a wrong method is told from a wrong path. */
export const createMethodsOf = (app: App): ((path: string) => string[]) => {
  const known: Known[] = []
  app.addHook('onRoute', ({ url, method }) => {
    known.push({ pattern: toPattern(url), methods: [method].flat() })
  })
  return (path) =>
    [...new Set(known.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort()
}
