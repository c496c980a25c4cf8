import type { ExperimentSpec, Plan } from '@assay/contracts'

/** A plan of one figure everywhere. */
export const aPlan = (spec: ExperimentSpec, { id = null, bodies }: { id?: string | null; bodies: boolean }): Plan => {
  const spread = { low: 1_000_000, expected: 2_000_000, high: 4_000_000 }
  const seconds = { low: 100, expected: 200, high: 400 }
  return {
    experimentId: id,
    environment: 'local',
    region: 'us-east-1',
    images: { train: 115, validation: 29, test: 36 },
    approaches: spec.approaches.map((approach) => ({
      id: approach.id,
      title: approach.title ?? approach.id,
      recipe: approach.recipe,
      instanceTypes: ['ml.g4dn.xlarge'],
      endpointInstanceTypes: approach.endpoint.instanceTypes,
      trials: 1,
      reuse: { verdict: 'off' as const },
      parallel: 1,
      resources: [{ kind: 'training-job', name: `assay-${id ?? '{id}'}-00-01` }],
      ...(bodies ? { requests: [{ operation: 'CreateTrainingJob', body: {} }] } : {}),
      basis: 'assumptions',
      assumptions: ['guessed <b>'],
      lines: [{ item: 'training', instanceType: 'ml.g4dn.xlarge', seconds, microUsd: spread }],
      microUsd: spread,
      worstCaseMicroUsd: 9_000_000,
      reason: null,
      wallSeconds: seconds,
    })),
    microUsd: spread,
    worstCaseMicroUsd: 9_000_000,
    wallSeconds: seconds,
    budget: spec.budget ?? null,
    quotas: [],
    rates: [],
    storageRate: null,
    warnings: [{ code: 'no-budget', approachIds: [], message: 'no budget.maxUsd is set' }],
  }
}
