import { expect, test } from 'vitest'
import { readOptions } from './read-options.ts'

const line = { port: '4599', data: 'folder', control: false }

test('what is given becomes options, secrets with colons too', () => {
  expect(
    readOptions({ ...line, port: '0', cpus: '2', account: '210987654321', credentials: ['id:a:b'] }),
  ).toMatchObject({
    dataDir: 'folder',
    port: 0,
    cpus: 2,
    accountId: '210987654321',
    credentials: [{ accessKeyId: 'id', secretAccessKey: 'a:b' }],
  })
})

test.each([
  [{ port: 'http' }, '--port must be a number from 0 to 65535, not http'],
  [{ port: '65536' }, '--port must be'],
  [{ port: '1.5' }, '--port must be'],
  [{ cpus: '0' }, '--cpus must be a number from 1 to 1000000, not 0'],
  [{ credentials: ['a:b', 'only-an-id'] }, '--credentials must be ID:SECRET'],
  [{ account: '1234' }, '--account must be twelve digits, not 1234'],
  [{ region: 'Frankfurt' }, '--region must be a name like us-east-1, not Frankfurt'],
])('%j is refused', (given, message) => {
  expect(() => readOptions({ ...line, ...given })).toThrow(message)
})

test('every fault is told at once', () => {
  expect(() => readOptions({ ...line, port: 'x', cpus: 'y' })).toThrow(/--port must.*\n--cpus must/)
})
