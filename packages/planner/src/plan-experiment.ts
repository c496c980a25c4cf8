import {
  type ApproachPlan,
  type ApproachSpec,
  type ExperimentSpec,
  layoutOf,
  type Plan,
  type RunRecord,
  type TrainingFields,
} from '@assay/contracts'
import { type DatasetPreview, type PartCounts, partTotals } from '@assay/datasets'
import { isTrainedOn } from '@assay/pipeline'
import { worstCase } from '@assay/pricing'
import { recipeOf } from '@assay/recipes'
import type { ReuseVerdict } from '@assay/training'
import { costLines, type PriceLookup } from './cost-lines.ts'
import { estimateEndpoint } from './estimate-endpoint.ts'
import { estimateTraining } from './estimate-training.ts'
import { planAttempt, type PlannedExperiment, type PlannedRequestDeps } from './planned-requests.ts'
import { planWarnings } from './plan-warnings.ts'
import { type QuotaReading, quotaVerdicts } from './quota-verdicts.ts'
import { reusePlanOf, reuseSentence } from './reuse-plan.ts'
import { roughPrepared } from './rough-prepared.ts'
import { familyOf } from './run-family.ts'
import { mapSpread, slowest, sumOf } from './spread.ts'

/** Everything that a plan reads from outside. None of it writes. */
export interface PlanReaders {
  pastRuns: (environment: RunRecord['environment'], family: string) => Promise<readonly RunRecord[]>
  quotas: () => Promise<QuotaReading>
  /** Whether the approach was trained before, and if not, because of what. */
  reuse: (
    fields: TrainingFields,
    specs: { experiment: ExperimentSpec; approach: ApproachSpec },
  ) => Promise<ReuseVerdict>
}

export interface PlanInputs {
  experiment: Omit<PlannedExperiment, 'prepared' | 'answered' | 'id'>
  /** The id that the experiment would get; null where only its acceptance decides. */
  experimentId: string | null
  isAccepted: boolean
  /** Absent: counts alone are used, which is quick, and channels in request bodies stay open. */
  dataset?: DatasetPreview
  /** Why prices come from the dated table, where they do. */
  priceNote?: string
  environment: 'local' | 'aws'
  /** Whether the plan shows every request body. */
  bodies: boolean
}

export type PlanDeps = PlannedRequestDeps & PlanReaders & PriceLookup

const layoutsOf = ({ spec }: PlanInputs['experiment']) => new Set(spec.approaches.map(layoutOf))

/** Ids of approaches whose source is still to be stored. */
const unsentIn = async ({ approaches }: ExperimentSpec, { recipes }: Pick<PlanDeps, 'recipes'>): Promise<string[]> => {
  const unsent = await Promise.all(approaches.map(async (spec) => recipeOf(recipes, spec).isUnsent?.(spec)))
  return approaches.filter((_, index) => unsent[index]).map(({ id }) => id)
}

const nothing = { low: 0, expected: 0, high: 0 }

const planApproach = async (
  experiment: PlannedExperiment,
  index: number,
  { environment, bodies, images }: PlanInputs & { images: PartCounts },
  deps: PlanDeps,
): Promise<Omit<ApproachPlan, 'worstCaseMicroUsd'>> => {
  const spec = experiment.spec.approaches[index]
  if (!spec) throw new Error(`the experiment has no approach ${index}`)
  const attempt = await planAttempt(experiment, index, deps)
  const past = await deps.pastRuns(environment, familyOf(spec))
  const trials = spec.tuning?.maxTrials ?? 1
  const parallel = Math.min(spec.tuning?.maxParallel ?? 1, trials)
  const [instanceType = ''] = attempt.instanceTypes
  const { pace } = recipeOf(deps.recipes, spec)
  const training = estimateTraining({
    ...attempt,
    environment,
    instanceType,
    trials,
    parallel,
    past,
    ...(pace ? { pace } : {}),
  })
  const reuse = reusePlanOf(await deps.reuse(attempt.fields, { experiment: experiment.spec, approach: spec }))
  const isReused = reuse.verdict === 'hit'
  const [endpointInstanceType = ''] = spec.endpoint.instanceTypes
  const endpoint = estimateEndpoint({
    environment,
    instanceType: endpointInstanceType,
    maxConcurrency: spec.endpoint.maxConcurrency,
    images: images.test + (isTrainedOn({ spec }, 'validation') ? 0 : images.validation),
    past,
  })
  const cost = costLines(
    {
      instanceType,
      endpointInstanceType,
      volumeGb: spec.volumeGb,
      trials,
      trialSeconds: isReused ? nothing : training.trialSeconds,
      endpointSeconds: endpoint.seconds,
      endpointUse: spec.inference === 'transform' ? 'transform' : 'hosting',
    },
    deps,
  )
  return {
    id: spec.id,
    title: spec.title ?? spec.id,
    recipe: spec.recipe,
    instanceTypes: [...attempt.instanceTypes],
    endpointInstanceTypes: spec.endpoint.instanceTypes,
    trials,
    parallel,
    reuse,
    resources: isReused ? attempt.resources.slice(1) : attempt.resources,
    ...(bodies ? { requests: isReused ? attempt.requests.slice(1) : attempt.requests } : {}),
    basis: training.basis,
    assumptions: [
      reuseSentence(reuse),
      ...(isReused ? [] : training.assumptions),
      ...endpoint.assumptions,
      ...(spec.inference === 'transform' ? ['a transform job is taken to live as long as an endpoint would'] : []),
      ...(spec.tuning?.earlyStopping ? ['early stopping may end trials sooner; it is not counted on'] : []),
    ],
    ...cost,
    wallSeconds: sumOf([isReused ? nothing : training.wallSeconds, endpoint.seconds]),
  }
}

/** The rates that the plan's dollars rest on, each once. */
const ratesOf = (approaches: readonly Omit<ApproachPlan, 'worstCaseMicroUsd'>[], { region, rateFor }: PriceLookup) => {
  const rates = approaches.flatMap(({ instanceTypes, endpointInstanceTypes, resources }) => [
    ...instanceTypes.map((type) => rateFor(type, 'training', region)),
    ...endpointInstanceTypes.map((type) =>
      rateFor(type, resources.some(({ kind }) => kind === 'transform-job') ? 'transform' : 'hosting', region),
    ),
  ])
  const known = rates.flatMap((rate) => rate ?? [])
  return [...new Map(known.map((rate) => [`${rate.use} ${rate.instanceType}`, rate])).values()]
}

/** What an experiment would create, take and cost. Reads the data set, the price list, quotas and past runs; changes nothing. */
export const planExperiment = async (inputs: PlanInputs, deps: PlanDeps): Promise<Plan> => {
  const { experimentId, dataset, environment } = inputs
  const { spec, dataset: known } = inputs.experiment
  const images = dataset?.images ?? partTotals(known.check.images, spec.split)
  const rough = () =>
    new Map([...layoutsOf(inputs.experiment)].map((layout) => [layout, roughPrepared(layout, known.check, images)]))
  const experiment = {
    ...inputs.experiment,
    id: experimentId ?? '{id}',
    prepared: dataset?.prepared ?? rough(),
    answered: dataset?.answered ?? { bucket: deps.bucket, images: { test: [], validation: [] } },
  }
  const planned = await Promise.all(
    spec.approaches.map((_, index) => planApproach(experiment, index, { ...inputs, images }, deps)),
  )
  const worst = worstCase(spec, {
    ...deps,
    instanceTypesOf: (approach) => approach.instanceTypes ?? recipeOf(deps.recipes, approach).defaultInstanceTypes,
  })
  const approaches = planned.map((approach, index) => ({
    ...approach,
    worstCaseMicroUsd: worst.approaches[index]?.microUsd ?? null,
  }))
  const costs = approaches.flatMap(({ microUsd }) => microUsd ?? [])
  const quotas = quotaVerdicts(
    approaches.map((approach, index) => ({
      ...approach,
      inference: spec.approaches[index]?.inference ?? 'endpoint',
    })),
    await deps.quotas(),
  )
  return {
    experimentId,
    environment,
    region: deps.region,
    images,
    approaches,
    microUsd: costs.length === approaches.length ? mapSpread(sumOf(costs), Math.round) : null,
    worstCaseMicroUsd: worst.microUsd,
    wallSeconds: slowest(approaches.map(({ wallSeconds }) => wallSeconds)),
    budget: spec.budget ?? null,
    quotas,
    rates: ratesOf(approaches, deps),
    storageRate: deps.storageRateFor(deps.region) ?? null,
    warnings: planWarnings({
      spec,
      images,
      ...(dataset ? { grouping: dataset.grouping } : {}),
      withoutObjects: dataset?.withoutObjects ?? 0,
      ...(inputs.priceNote === undefined ? {} : { priceNote: inputs.priceNote }),
      approaches,
      quotas,
      environment,
      recipes: deps.recipes,
      unsent: await unsentIn(spec, deps),
      isAccepted: inputs.isAccepted,
    }),
  }
}
