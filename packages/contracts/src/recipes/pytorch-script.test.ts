import { expect, test } from 'vitest'
import { approachSpecSchema } from '../experiment.ts'

const faultsOf = (source: unknown) =>
  approachSpecSchema
    .safeParse({ id: 'a', recipe: 'pytorch-script', source })
    .error?.issues.map(({ path, message }) => [path.join('/'), message.split(';')[0]])

test.each(['ddn', 'torchvision', 's3://my-bucket/code/sourcedir.tar.gz', undefined])('%s is a source', (source) => {
  expect(faultsOf(source)).toBeUndefined()
})

test.each(['./my-folder', 'torch', 's3://my-bucket/code.zip', 's3://my-bucket/.tar.gz', 's3://my-bucket'])(
  '%s is none, which is one fault',
  (source) => {
    expect(faultsOf(source)).toEqual([['source', `${source} met`]])
  },
)
