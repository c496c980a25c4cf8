import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createIam, createSts } from './account/identity.ts'
import { createImageRepositories } from './account/image-repositories.ts'
import { createPriceList } from './account/price-list.ts'
import { createServiceQuotas } from './account/service-quotas.ts'
import { createBill } from './control/bill.ts'
import { openControl } from './control/open-control.ts'
import { createLogsService } from './logs/log-operations.ts'
import { openLogStore } from './logs/log-store.ts'
import { createContainers } from './runner/containers.ts'
import { openProcessRecords } from './runner/process-records.ts'
import { loadRegistry } from './runner/registry.ts'
import { createSlots } from './runner/slots.ts'
import { type Credential, createS3, createSigV4Verifier } from './s3/index.ts'
import { apiModel } from './sagemaker/api-model.ts'
import type { CloudContext } from './sagemaker/context.ts'
import { createInvoke } from './sagemaker/hosting/invoke-endpoint.ts'
import { createLifecycle } from './sagemaker/lifecycle.ts'
import { createSageMaker } from './sagemaker/sagemaker-service.ts'
import { openTagStore } from './sagemaker/tags.ts'
import { createInputValidator } from './server/validate-input.ts'
import { seedJumpStart } from './seed-jumpstart.ts'
import { openUsageBook } from './sagemaker/usage.ts'
import { createDispatch } from './server/dispatch.ts'
import { createRequestVerifier } from './server/verify-request.ts'
import { openClock } from './state/kept-clock.ts'
import { lockDataFolder } from './state/folder-lock.ts'

export interface LocalCloudOptions {
  /** Folder that holds everything; made if need be. One local cloud at a time. */
  dataDir: string
  /** Port of 127.0.0.1; 0 takes a free one. (Default: 0) */
  port?: number
  /** (Default: us-east-1) */
  region?: string
  /** Twelve digits. (Default: 123456789012) */
  accountId?: string
  /** JSON file that maps image URI patterns to programs, before the built-in ones. */
  registryFile?: string
  /** Folder of the built-in programs. (Default: dist/programs of the repository) */
  programsDir?: string
  /** Training programs that run at once. (Default: the number of cores) */
  cpus?: number
  /** Fill the region's JumpStart bucket. (Default: true) */
  jumpStart?: boolean
  /** Serve /_control/: faults, clock, journal, bill. (Default: false) */
  control?: boolean
  /** Check signatures against these. (Default: none, signatures are not looked at) */
  credentials?: readonly Credential[]
}

export interface LocalCloud {
  /** Address without a slash at the end, e.g. http://127.0.0.1:4599 */
  url: string
  /** Ends all programs and waits until they are gone. What ran runs again at the next start. */
  close(): Promise<void>
}

/** The built-in programs are built into the repository's dist/programs, wherever this file itself was bundled to. */
const builtProgramsDir = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package-lock.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, 'dist/programs')
}

/** Without an engine nothing of a former life can run in one; Create calls that need it say so again. */
const sayNoEngine = (error: unknown) =>
  console.error('containers of a former life were not looked for:', error instanceof Error ? error.message : error)

/** Starts the local cloud on the loopback interface. */
export const startLocalCloud = async (options: LocalCloudOptions): Promise<LocalCloud> => {
  const { port = 0, region = 'us-east-1', accountId = '123456789012' } = options
  // Programs are told where their folder is and run inside it: a relative path would lead them astray.
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true })
  const unlock = lockDataFolder(dataDir)
  const clock = openClock(join(dataDir, 'clock.json'))
  const processes = openProcessRecords(join(dataDir, 'processes'))
  processes.killLeftOvers()
  const registry = await loadRegistry(options.programsDir ?? builtProgramsDir(), options.registryFile)
  const containers = createContainers(dataDir)
  if (registry.usesDocker) await containers.removeLeftOvers().catch(sayNoEngine)
  const control = options.control ? openControl(dataDir) : undefined
  const credentials = options.credentials ?? []
  const s3 = await createS3({
    dataDir: join(dataDir, 's3'),
    region,
    accountId,
    verifySignature: credentials.length > 0 ? createSigV4Verifier(credentials, { service: 's3' }) : undefined,
    around: control?.calls.s3,
  })
  if (options.jumpStart ?? true) await seedJumpStart(s3.store, region)
  const stateDir = join(dataDir, 'sagemaker')
  const logs = openLogStore(join(dataDir, 'logs'))
  const context: CloudContext = {
    region,
    accountId,
    dataDir: stateDir,
    clock,
    objects: s3.store,
    logs,
    registry,
    processes,
    containers,
    slots: createSlots(options.cpus ?? availableParallelism()),
    tags: openTagStore(stateDir),
    usage: openUsageBook(stateDir),
    lifecycle: createLifecycle(),
  }
  const sagemaker = createSageMaker(context, createInputValidator(apiModel))
  const dispatch = createDispatch({
    json: {
      SageMaker: sagemaker,
      Logs_20140328: createLogsService(logs, { region, accountId }),
      AWSPriceListService: createPriceList(context.lifecycle),
      ServiceQuotasV20190624: createServiceQuotas(context),
      AmazonEC2ContainerRegistry_V20150921: createImageRepositories(context),
    },
    invoke: createInvoke(context, sagemaker.endpoints),
    s3: (req, res) => s3.handle(req, res),
    query: [createIam(context), createSts(context)],
    verify: credentials.length > 0 ? createRequestVerifier(credentials, region) : undefined,
    around: control?.calls.around,
    control: control?.routes({
      clock,
      lifecycle: context.lifecycle,
      bill: createBill(sagemaker, context.usage, clock),
      interrupt: (name) => sagemaker.training.interrupt(name),
    }),
  })
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (req, res) => {
    dispatch(req, res).catch((error: unknown) => {
      console.error('request failed', error)
      res.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  sagemaker.resume()

  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await sagemaker.close()
      clock.close()
      await s3.close()
      control?.close()
      unlock()
    },
  }
}
