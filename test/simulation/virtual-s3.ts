import { NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3'

interface Input {
  Key: string
  Body?: string
  IfNoneMatch?: string
}

interface Command {
  constructor: { name: string }
  input: Input
}

const PREFIX = /^experiments\/[a-z2-7]+\//

/** The documents of one experiment, as S3 keeps them: a conditional put is refused where the key exists, any other overwrites. */
export class VirtualS3 {
  /** By path below `experiments/<id>/`. */
  readonly documents = new Map<string, unknown>()
  /** Documents that were written over: what the first writer said is lost. */
  readonly overwritten: string[] = []

  put(path: string, text: string, { once }: { once: boolean }): void {
    if (this.documents.has(path)) {
      if (once)
        throw new S3ServiceException({
          name: 'PreconditionFailed',
          $fault: 'client',
          $metadata: { httpStatusCode: 412 },
        })
      this.overwritten.push(path)
    }
    this.documents.set(path, JSON.parse(text))
  }

  handle({ constructor: { name }, input: { Key, Body = '', IfNoneMatch } }: Command): unknown {
    const path = Key.replace(PREFIX, '')
    if (name === 'PutObjectCommand') return this.put(path, Body, { once: IfNoneMatch === '*' })
    const document = this.documents.get(path)
    if (document === undefined) throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: {} })
    return { Body: { transformToString: async () => JSON.stringify(document) } }
  }

  /** A client whose calls take the way that `send` knows. */
  client(send: (command: Command) => Promise<unknown>): S3Client {
    return Object.assign(Object.create(S3Client.prototype) as S3Client, { send })
  }
}
