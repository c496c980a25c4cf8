import type { RunRecord } from '@assay/contracts'

/**
 * What a plan supposes of a recipe that never ran here. Guesses, all of them: the first run replaces them. Relative speeds are ratios of
 * the peak FP32 rates in NVIDIA's data sheets (V100 SXM2 15.7 TFLOPS, T4 8.1, A10G 31.2, L4 30.3, L40S 91.6, A100 19.5, half a K80 4.1).
 */
const secondsPerV100Second: Readonly<Record<string, number>> = {
  p2: 15.7 / 4.1,
  p3: 1,
  p4d: 15.7 / 19.5,
  g4dn: 15.7 / 8.1,
  g5: 15.7 / 31.2,
  g6: 15.7 / 30.3,
  g6e: 15.7 / 91.6,
}
/** A few cores instead of a GPU, or a family that is not listed. */
const otherSecondsPerV100Second = 20

/** How much longer an instance type takes than a V100 does. */
export const slownessOf = (instanceType: string): number =>
  secondsPerV100Second[instanceType.split('.')[1] ?? ''] ?? otherSecondsPerV100Second

interface Supposed {
  /** Billed seconds of a training job outside the algorithm. */
  overheadSeconds: number
  /** Between an endpoint's creation and its deletion, but for the answers. */
  endpointIdleSeconds: number
  /** An endpoint's seconds an image, requests in flight counted. */
  answerSeconds: number
  /** Factor below and above. */
  factor: number
  said: string
}

export const supposed: Readonly<Record<RunRecord['environment'], Supposed>> = {
  aws: {
    overheadSeconds: 150,
    endpointIdleSeconds: 480,
    answerSeconds: 0.25,
    factor: 3,
    said: 'guessed: 150 s of fetching and storing a training job, 480 s to make and delete an endpoint, 0.25 s an answered image',
  },
  local: {
    overheadSeconds: 1,
    endpointIdleSeconds: 3,
    answerSeconds: 0.02,
    factor: 5,
    said: 'guessed for local stand-ins: 1 s a training job, 3 s an endpoint, 0.02 s an answered image',
  },
}

/** Seconds an image and epoch of a local stand-in, whatever instance was asked for. A guess. */
export const localPaceSeconds = 0.003

/** On one V100, where the recipe names no pace of its own. A guess. */
export const defaultPaceSeconds = 0.05
