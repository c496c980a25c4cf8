import { datasetManifestSchema } from '@assay/contracts'
import { createRunHistory } from '@assay/ledger'
import { budgetFaults, planExperiment } from '@assay/planner'
import { rateFor, storageRateFor, worstCase } from '@assay/pricing'
import { createRecipes, recipeOf } from '@assay/recipes'
import { findReuse } from '@assay/training'
import type { WorkerContext } from '@assay/runtime'
import type { ApiContext } from './context.ts'

/** Plans and budgets on the real services. */
export const createPlanning = ({
  clients,
  ledger,
  bulk,
  bucket,
  region,
  roleArn,
  loadExperiment,
}: WorkerContext): Pick<ApiContext, 'plan' | 'checkBudget'> => {
  const { s3, environment } = clients
  const recipes = createRecipes({ s3, region, bucket })
  const history = createRunHistory({ s3, bucket })
  return {
    checkBudget: (spec) =>
      budgetFaults(
        spec,
        worstCase(spec, {
          region,
          rateFor,
          instanceTypesOf: (approach) => approach.instanceTypes ?? recipeOf(recipes, approach).defaultInstanceTypes,
        }),
      ),
    async plan({ spec, dataset, bodies, ...key }) {
      const { installation, specSha256, id, isAccepted } = await ledger.previewExperiment({ spec, ...key })
      const { manifest, fingerprint } = dataset.check
      if (!manifest || !fingerprint) throw new Error(`data set ${spec.dataset} is ready but has no manifest`)
      return planExperiment(
        {
          experiment: { installation, specSha256, spec, dataset },
          experimentId: id ?? null,
          isAccepted,
          dataset: { manifest: datasetManifestSchema.parse(await bulk.getJson(manifest)), fingerprint },
          environment,
          bodies,
        },
        {
          recipes,
          bucket,
          roleArn,
          loadExperiment,
          region,
          rateFor,
          storageRateFor,
          pastRuns: history.newest,
          reuse: (fields, specs) => findReuse({ ledger, bulk }, fields, specs),
          quotas: async () => ({ unreadable: 'Service Quotas was not asked' }),
        },
      )
    },
  }
}
