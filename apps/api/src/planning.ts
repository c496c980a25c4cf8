import { createAccountClients, createPriceList, readQuotas } from '@assay/account'
import type { ExperimentSpec, Prices, StoredObject } from '@assay/contracts'
import { type DatasetPreview, previewKey } from '@assay/datasets'
import { createRunHistory } from '@assay/ledger'
import { budgetFaults, expectedCosts, type PlanDeps, planExperiment, retryBudgetFault } from '@assay/planner'
import { rateBook, worstCase, worstCaseOfRetry } from '@assay/pricing'
import { createRecipes, recipeOf } from '@assay/recipes'
import { findReuse } from '@assay/training'
import type { WorkerContext } from '@assay/runtime'
import type { ApiContext } from './context.ts'
import { keepNewest } from './keep-newest.ts'
import { createManifestThread } from './manifest-thread.ts'

type Planning = Pick<ApiContext, 'plan' | 'estimate' | 'checkDeal' | 'checkBudget' | 'checkRetryBudget'>

/** A plan is asked for again and again while its spec is edited; its data set and split rarely change with it. */
const PREVIEWS_KEPT = 16

/** Plans and budgets on the real services. Whatever is asked here only reads. */
export const createPlanning = (
  { clients, ledger, bulk, bucket, region, roleArn, loadExperiment }: WorkerContext,
  { cloudUrl, meter }: { cloudUrl: string | undefined; meter: ApiContext['meter'] },
): Planning & { close: () => void } => {
  const { s3, environment } = clients
  const account = createAccountClients({ region, ...(cloudUrl === undefined ? {} : { cloudUrl }) })
  const priceList = createPriceList({ pricing: account.pricing, region })
  const recipes = createRecipes({ s3, region, bucket })
  const previews = keepNewest<DatasetPreview>(PREVIEWS_KEPT)
  const inThread = createManifestThread()
  const bytesOf = (manifest: StoredObject) => () => bulk.get(manifest)
  const history = createRunHistory({ s3, bucket })
  const instanceTypesOf = (approach: ExperimentSpec['approaches'][number]) =>
    approach.instanceTypes ?? recipeOf(recipes, approach).defaultInstanceTypes

  const readPrices = async ({ approaches }: ExperimentSpec): Promise<{ prices: Prices; note: string | undefined }> => {
    const { rates, storageRate, fallBack } = await priceList.read(
      approaches.flatMap((approach) => [
        ...instanceTypesOf(approach).map((instanceType) => ({ instanceType, use: 'training' as const })),
        ...approach.endpoint.instanceTypes.map((instanceType) => ({
          instanceType,
          use: approach.inference === 'transform' ? ('transform' as const) : ('hosting' as const),
        })),
      ]),
    )
    return { prices: { rates, storageRate: storageRate ?? null }, note: fallBack }
  }
  const depsWith = (prices: Prices, rest: Pick<PlanDeps, 'quotas' | 'reuse'>) => ({
    recipes,
    bucket,
    roleArn,
    loadExperiment,
    region,
    ...rateBook(prices),
    pastRuns: history.newest,
    ...rest,
  })

  return {
    checkDeal: (manifest, split) => inThread('deal', bytesOf(manifest), { split }),
    async checkBudget(spec) {
      if (!spec.budget) return []
      const { prices } = await readPrices(spec)
      return budgetFaults(spec, worstCase(spec, { region, ...rateBook(prices), instanceTypesOf }))
    },
    async checkRetryBudget(record, approachId) {
      if (!record.spec.budget) return undefined
      const { microUsd, approaches } = await meter(record)
      const worst = worstCaseOfRetry(record, approachId, {
        region,
        ...rateBook(record.prices),
        instanceTypesOf,
        spent: approaches,
        nowMs: Date.now(),
      })
      return retryBudgetFault(record.spec, approachId, microUsd, worst)
    },
    async plan({ spec, dataset, bodies, ...key }) {
      const [{ installation, specSha256, id, isAccepted }, { prices, note }] = await Promise.all([
        ledger.previewExperiment({ spec, ...key }),
        readPrices(spec),
      ])
      const { manifest, fingerprint } = dataset.check
      if (!manifest || !fingerprint) throw new Error(`data set ${spec.dataset} is ready but has no manifest`)
      return planExperiment(
        {
          experiment: { installation, specSha256, spec, dataset },
          experimentId: id ?? null,
          isAccepted,
          dataset: await previews(previewKey(spec, manifest.sha256), () =>
            inThread('preview', bytesOf(manifest), { spec, fingerprint, bucket }),
          ),
          environment,
          bodies,
          ...(note === undefined ? {} : { priceNote: note }),
        },
        depsWith(prices, {
          quotas: () => readQuotas(account.quotas),
          reuse: (fields, specs) => findReuse({ ledger, bulk }, fields, specs),
        }),
      )
    },
    async estimate({ spec, dataset }) {
      const [{ installation, specSha256 }, { prices }] = await Promise.all([
        ledger.previewExperiment({ spec }),
        readPrices(spec),
      ])
      const plan = await planExperiment(
        {
          experiment: { installation, specSha256, spec, dataset },
          experimentId: null,
          isAccepted: false,
          environment,
          bodies: false,
        },
        depsWith(prices, {
          quotas: async () => ({ unreadable: 'not asked for an estimate' }),
          // Without the channels a request has no content to compare.
          reuse: async () => ({ reuse: 'off' }),
        }),
      )
      return { prices, expected: expectedCosts(plan) }
    },
    close: account.destroy,
  }
}
