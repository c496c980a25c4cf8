import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { classifyError } from '@assay/cloud'
import type { Ground } from './ground.ts'
import { brokenGuard } from './guards.ts'
import type { Process } from './processes.ts'
import { spec } from './simulated-experiment.ts'

/** The SDK's clients of a process. Guards are looked at where a call arrives. */
export const createVirtualClients = (ground: Ground, process: Process) => {
  const repeat = async (firstTry: number, effect: () => unknown) => {
    for (let tries = firstTry; ; tries++) {
      try {
        return await ground.call(process, effect)
      } catch (error) {
        if (tries >= 3 || classifyError(error).kind !== 'wait') throw error
      }
    }
  }
  // As the SDK does, anything but a Create is sent up to three times.
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const operation = command.constructor.name.replace(/Command$/, '')
    return repeat(operation.startsWith('Create') ? 3 : 1, () => {
      const found = brokenGuard(
        operation,
        command.input,
        (path) => ground.s3.documents.has(path),
        spec.approaches.map(({ id }) => id),
      )
      if (found !== undefined) ground.broken.push(found)
      return ground.cloud.handle(operation, command.input)
    })
  }
  const s3 = ground.s3.client((command) =>
    repeat(1, () => {
      const { Key } = command.input
      if (command.constructor.name === 'PutObjectCommand') ground.say(`put ${Key}`)
      const isEnd = command.constructor.name === 'PutObjectCommand' && /\/outcome-\d+\.json$/.test(Key)
      // A process that died or froze may have left something behind for the janitor.
      const mayLeave = ground.faults.freeze > 0 || ground.faults.kills > 0
      if (isEnd && !mayLeave)
        for (const { kind, name } of ground.cloud.left()) ground.broken.push(`${kind} ${name} was there at the end`)
      return ground.s3.handle(command)
    }),
  )
  const sagemaker = Object.assign(Object.create(SageMakerClient.prototype) as SageMakerClient, { send })
  const logs = Object.assign(Object.create(CloudWatchLogsClient.prototype) as CloudWatchLogsClient, {
    send: async () => ({}),
  })
  return { s3, sagemaker, logs }
}
