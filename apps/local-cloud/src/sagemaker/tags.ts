import { join } from 'node:path'
import { AwsError, validationError } from '../aws-error.ts'
import { openTable } from '../state/table.ts'
import { type Fields, textOf } from '../wire.ts'
import { pageOf } from '../server/page-of.ts'

export interface Tag {
  Key: string
  Value: string
}

const mostTags = 50

/** Tags by the ARN of their resource. */
export interface TagStore {
  get(arn: string): Tag[]
  /** Overwrites by key. Throws when there would be more than 50. */
  add(arn: string, tags: Tag[]): Tag[]
  remove(arn: string, keys: string[]): void
  /** Forgets a resource that is gone. */
  drop(arn: string): void
  close(): void
}

export const openTagStore = (dataDir: string): TagStore => {
  const table = openTable<Record<string, string>>(join(dataDir, 'tags.jsonl'))
  const get = (arn: string) => Object.entries(table.get(arn) ?? {}).map(([Key, Value]) => ({ Key, Value }))
  return {
    get,
    add: (arn, tags) => {
      if (tags.length === 0) return get(arn)
      const merged = { ...table.get(arn), ...Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }
      if (Object.keys(merged).length > mostTags)
        throw new AwsError('ResourceLimitExceeded', `The resource ${arn} would have more than ${mostTags} tags`)
      if (tags.some(({ Key }) => Key.toLowerCase().startsWith('aws:')))
        throw validationError('Tag keys that begin with aws: are reserved')
      table.set(arn, merged)
      return get(arn)
    },
    remove: (arn, keys) => {
      const kept = Object.entries(table.get(arn) ?? {}).filter(([key]) => !keys.includes(key))
      table.set(arn, Object.fromEntries(kept))
    },
    drop: (arn) => table.delete(arn),
    close: () => table.close(),
  }
}

/** AddTags, DeleteTags and ListTags. `exists` says whether an ARN is that of a resource. */
export const createTagOperations = (tags: TagStore, exists: (arn: string) => boolean) => {
  const known = (input: Fields): string => {
    const arn = textOf(input, 'ResourceArn').toLowerCase()
    if (!exists(arn)) throw validationError(`Could not find resource "${textOf(input, 'ResourceArn')}".`)
    return arn
  }
  return {
    AddTags: (input: Fields) => ({ Tags: tags.add(known(input), input['Tags'] as Tag[]) }),
    DeleteTags: (input: Fields) => {
      tags.remove(known(input), input['TagKeys'] as string[])
      return {}
    },
    ListTags: (input: Fields) => {
      const { items, NextToken } = pageOf(tags.get(known(input)), input, 50)
      return { Tags: items, NextToken }
    },
  }
}
