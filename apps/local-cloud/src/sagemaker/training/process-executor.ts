import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startCheckpointSync } from '../../runner/checkpoint-sync.ts'
import { downloadChannel, uploadFolder } from '../../runner/channel.ts'
import { firstUnder, joinS3, parseS3Uri } from '../../runner/object-store.ts'
import type { ProgramEntry } from '../../runner/registry.ts'
import { startProgram } from '../../runner/start-program.ts'
import type { SupervisedProgram } from '../../runner/supervise.ts'
import { filesUnder, packFolder } from '../../runner/tarball.ts'
import type { CloudContext } from '../context.ts'
import type { TrainingExecutor } from './training-executor.ts'
import type { TrainingJob } from './training-record.ts'

const failureReasonChars = 1024
/** What a shell and Docker make of SIGKILL. */
const killedExitCode = 137

const inputDataConfig = (job: TrainingJob) =>
  Object.fromEntries(
    (job.InputDataConfig ?? []).map((channel) => [
      channel.ChannelName,
      {
        ContentType: channel.ContentType,
        TrainingInputMode: channel.InputMode ?? job.AlgorithmSpecification.TrainingInputMode,
        S3DistributionType: channel.DataSource?.S3DataSource?.S3DataDistributionType ?? 'FullyReplicated',
        RecordWrapperType: channel.RecordWrapperType ?? 'None',
      },
    ]),
  )

const resourceConfig = (instanceType: string | undefined) => ({
  current_host: 'algo-1',
  current_instance_type: instanceType,
  current_group_name: 'homogeneousCluster',
  hosts: ['algo-1'],
  instance_groups: [{ instance_group_name: 'homogeneousCluster', instance_type: instanceType, hosts: ['algo-1'] }],
  network_interface_name: 'eth0',
})

const readFailure = async (path: string): Promise<string> =>
  existsSync(path) ? (await readFile(path, 'utf8')).slice(0, failureReasonChars).trim() : ''

/** The reason the service gives: the failure file's text, under a class of error that the text may name itself. */
const failureReason = (failure: string, exitCode: number | null): string =>
  /^(AlgorithmError|ClientError|InternalServerError|CapacityError):/.test(failure)
    ? failure
    : `AlgorithmError: ${failure}, exit code: ${exitCode ?? killedExitCode}`

/** Runs a job's program in a folder that stands for /opt/ml. */
export const createProcessExecutor = (
  context: CloudContext,
  job: TrainingJob,
  entry: ProgramEntry,
  onLine: (line: string) => void,
): TrainingExecutor => {
  const { objects, dataDir, region, processes } = context
  const baseDir = join(dataDir, 'jobs', job.TrainingJobName)
  const inside = (...parts: string[]) => join(baseDir, ...parts)
  const checkpoints = job.CheckpointConfig?.S3Uri
  let program: SupervisedProgram | undefined

  const writeConfig = async () => {
    await mkdir(inside('input/config'), { recursive: true })
    const write = (name: string, value: unknown) => writeFile(inside('input/config', name), JSON.stringify(value))
    await write('hyperparameters.json', job.HyperParameters ?? {})
    await write('inputdataconfig.json', inputDataConfig(job))
    await write(
      'resourceconfig.json',
      resourceConfig(job.ResourceConfig?.SelectedInstanceType ?? job.ResourceConfig?.InstanceType),
    )
  }

  return {
    download: async () => {
      await rm(baseDir, { recursive: true, force: true })
      for (const folder of ['model', 'output/data', 'checkpoints', 'code', 'input/data'])
        await mkdir(inside(folder), { recursive: true })
      await writeConfig()
      for (const channel of job.InputDataConfig ?? []) {
        const source = channel.DataSource?.S3DataSource
        if (!source) continue
        await downloadChannel(
          objects,
          {
            s3Uri: source.S3Uri,
            dataType: source.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix',
            gzip: channel.CompressionType === 'Gzip',
          },
          inside('input/data', channel.ChannelName),
        )
      }
      if (checkpoints && (await firstUnder(objects, parseS3Uri(joinS3(checkpoints, '')))) !== undefined)
        // Copies, not links: the program may write to its checkpoints.
        await downloadChannel(
          objects,
          { s3Uri: joinS3(checkpoints, ''), dataType: 'S3Prefix', gzip: false, copy: true },
          inside('checkpoints'),
        )
    },

    train: async () => {
      program = startProgram({
        entry,
        verb: 'train',
        image: job.AlgorithmSpecification.TrainingImage ?? '',
        resource: job.TrainingJobName,
        baseDir,
        region,
        environment: {
          ...job.Environment,
          TRAINING_JOB_NAME: job.TrainingJobName,
          TRAINING_JOB_ARN: job.TrainingJobArn,
        },
        isolated: job.EnableNetworkIsolation,
        entrypoint: job.AlgorithmSpecification.ContainerEntrypoint,
        arguments: job.AlgorithmSpecification.ContainerArguments,
        onLine,
        records: processes,
        containers: context.containers,
      })
      const sync = checkpoints ? startCheckpointSync(objects, inside('checkpoints'), checkpoints) : undefined
      const { exitCode, signal } = await program.ended
      await sync?.stop({ killed: signal === 'SIGKILL' || exitCode === killedExitCode })
      return exitCode === 0 ? undefined : failureReason(await readFailure(inside('output/failure')), exitCode)
    },

    terminate: () => program?.terminate(),
    kill: () => program?.kill(),

    upload: async () => {
      const target = joinS3(job.OutputDataConfig?.S3OutputPath ?? '', job.TrainingJobName, 'output')
      const put = async (folder: string, name: string) => {
        const { bucket, key } = parseS3Uri(joinS3(target, name))
        await objects.put(bucket, key, packFolder(folder))
      }
      if ((await filesUnder(inside('output/data'))).length > 0) await put(inside('output/data'), 'output.tar.gz')
      if (job.OutputDataConfig?.CompressionType === 'NONE') {
        const prefix = joinS3(target, 'model/')
        await uploadFolder(objects, inside('model'), await filesUnder(inside('model')), prefix)
        return prefix
      }
      await put(inside('model'), 'model.tar.gz')
      return joinS3(target, 'model.tar.gz')
    },

    close: () => rm(baseDir, { recursive: true, force: true }),
  }
}
