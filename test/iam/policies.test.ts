import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { policyFiles, processActions } from '@assay/account'
import { repositoryRoot } from '@assay/dev'
import { expect, test } from 'vitest'
import { sentCommands } from './sent-commands.ts'

const services: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'sagemaker-runtime': 'sagemaker',
  'service-quotas': 'servicequotas',
}

/** Commands whose action is named otherwise. CreateBucket is sent to a local cloud only (see openBucket). */
const renamed: Readonly<Record<string, readonly string[]>> = {
  's3:HeadObject': ['s3:GetObject'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:CreateBucket': [],
}

/** The actions that a command needs beside its own. */
const actionsOf = (command: string): readonly string[] => {
  const [service = '', operation = ''] = command.split(':')
  const own = renamed[command] ?? [`${services[service] ?? service}:${operation}`]
  return command.startsWith('sagemaker:Create')
    ? [...own, 'sagemaker:AddTags', ...(/Endpoint/.test(command) ? [] : ['iam:PassRole'])]
    : own
}

const entryPoints = Object.keys(processActions)
  .filter((name) => name !== 'job-role')
  .map((name) => [name, name === 'api' ? 'apps/api/src/main.ts' : `workers/${name.slice(7)}/src/main.ts`] as const)

test.each(entryPoints)(
  'the policy of %s allows exactly what its program can send',
  async (name, entryPoint) => {
    const commands = await sentCommands(entryPoint)
    const needed = new Set([...commands].flatMap(actionsOf))
    expect(needed.size).toBeGreaterThan(3)
    expect([...new Set<string>(processActions[name as keyof typeof processActions])].sort()).toEqual([...needed].sort())
  },
  30_000,
)

test('docs/iam holds the policies and the template as they are generated', async () => {
  const folder = join(repositoryRoot, 'docs/iam')
  const expected = policyFiles()
  expect((await readdir(folder)).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, text] of Object.entries(expected)) expect(await readFile(join(folder, name), 'utf8')).toBe(text)
})
