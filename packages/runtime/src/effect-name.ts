type Input = Readonly<Record<string, unknown>>

/** `experiments/<id>/type-1/1/resources/model.json` is the document `intent model`, `…/infer-3.json` the document `infer`. */
const documentName = (path: string): string => {
  const [, kind] = /\/resources\/([a-z-]+)\.json$/.exec(path) ?? []
  return kind === undefined
    ? `document ${path.slice(path.lastIndexOf('/') + 1).replace(/(-[a-z0-9]+)*\.json$/, '')}`
    : `document intent ${kind}`
}

/** What is stored under a key, without ids, hashes and numbers. */
const objectName = (key: string): string => {
  const [folder = '', ...rest] = key.split('/')
  const last = rest.at(-1) ?? ''
  if (folder === 'experiments') return documentName(key)
  if (folder === 'datasets') return `document data set ${last.replace('.json', '')}`
  if (folder === 'data') return `data ${rest.length > 3 ? rest[1] : last}`
  if (folder === 'prepared') return last === 'done.json' ? 'channel mark' : 'channel'
  return `${folder} entry`
}

/** Name of what a command of the AWS SDK changes; undefined where it only reads. */
export const effectName = (commandName: string, input: Input): string | undefined => {
  const operation = commandName.replace(/Command$/, '')
  const key = input['Key']
  if (typeof key === 'string') {
    if (!/^(Put|Copy|Delete|Upload|Complete|Create)/.test(operation)) return undefined
    const name = objectName(key)
    return operation === 'DeleteObject' ? `removal of ${name}` : name
  }
  return /^(Create|Delete|Stop|Invoke|Update|Add)/.test(operation) ? operation : undefined
}
