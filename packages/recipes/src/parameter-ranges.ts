import type { HyperParameterScalingType, ParameterRanges } from '@aws-sdk/client-sagemaker'
import type { TuningSpec } from '@assay/contracts'

const SCALES = {
  auto: 'Auto',
  linear: 'Linear',
  logarithmic: 'Logarithmic',
  'reverse-logarithmic': 'ReverseLogarithmic',
} as const satisfies Record<string, HyperParameterScalingType>

/** Ranges as the service sorts them; bounds are strings. */
export const parameterRanges = (ranges: TuningSpec['ranges']): ParameterRanges => {
  const result = {
    ContinuousParameterRanges: [],
    IntegerParameterRanges: [],
    CategoricalParameterRanges: [],
  } as Required<
    Pick<ParameterRanges, 'ContinuousParameterRanges' | 'IntegerParameterRanges' | 'CategoricalParameterRanges'>
  >
  for (const [Name, range] of Object.entries(ranges)) {
    if (range.type === 'categorical') {
      result.CategoricalParameterRanges?.push({ Name, Values: range.values })
      continue
    }
    const numeric = { Name, MinValue: String(range.min), MaxValue: String(range.max), ScalingType: SCALES[range.scale] }
    if (range.type === 'integer') result.IntegerParameterRanges?.push(numeric)
    else result.ContinuousParameterRanges?.push(numeric)
  }
  return result
}
