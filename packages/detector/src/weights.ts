import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ARCHITECTURES, type NetworkName } from './architecture.ts'
import { boxHead, createDetector, type Detector } from './detector.ts'
import { packFloats, packHalves, readPacked, writePacked } from './packing.ts'

/** Everything of a network but its class scores. */
export interface Weights {
  networkName: NetworkName
  pretrainedOn: string
  body: Float32Array
  statistics: Float32Array
  boxHead: Float32Array
}

const MODEL_FORMAT = 'assay-detector-1'
const WEIGHTS_FORMAT = 'assay-weights-1'

/** A trained detector as bytes: everything `loadDetector` needs. */
export const saveDetector = ({ networkName, classes, network, pretrainedOn, epochsDone }: Detector): Uint8Array =>
  writePacked({ format: MODEL_FORMAT, networkName, classes, pretrainedOn, epochsDone }, [
    packFloats(network.parameters),
    packFloats(network.statistics),
  ])

/** The inverse of `saveDetector`. Throws where the bytes are something else. */
export const loadDetector = (bytes: Uint8Array, { batchImages = 1 }: { batchImages?: number } = {}): Detector => {
  const { header, parts } = readPacked(bytes, MODEL_FORMAT)
  const networkName = networkNameOf(header['networkName'])
  const detector = createDetector({ network: networkName, classes: Number(header['classes']), seed: 0, batchImages })
  fill(detector.network.parameters, parts[0])
  fill(detector.network.statistics, parts[1])
  detector.pretrainedOn = typeof header['pretrainedOn'] === 'string' ? header['pretrainedOn'] : null
  detector.epochsDone = Number(header['epochsDone'])
  return detector
}

/** What a detector has learned, for others to start from, in 16-bit floats. */
export const saveWeights = ({ networkName, classes, network }: Detector, pretrainedOn: string): Uint8Array => {
  const body = network.groups.filter(({ part }) => part === 'body').reduce((sum, { count }) => sum + count, 0)
  return writePacked({ format: WEIGHTS_FORMAT, networkName, pretrainedOn }, [
    packHalves(network.parameters.subarray(0, body)),
    packHalves(network.statistics),
    packHalves(boxHead(network, classes)),
  ])
}

/** The inverse of `saveWeights`. */
export const loadWeights = (bytes: Uint8Array): Weights => {
  const { header, parts } = readPacked(bytes, WEIGHTS_FORMAT)
  const [body, statistics, box] = parts
  if (!body || !statistics || !box) throw new Error(`weights have 3 parts, ${parts.length} found`)
  return {
    networkName: networkNameOf(header['networkName']),
    pretrainedOn: String(header['pretrainedOn']),
    body,
    statistics,
    boxHead: box,
  }
}

/** The file of the pretrained weights that ship with the repository: `packages/detector/weights/<network>.bin`, looked for upwards. */
export const pretrainedWeightsPath = (network: NetworkName, folder = findWeightsFolder()): string =>
  join(folder, `${network}.bin`)

/** Pretrained weights that ship with the repository. Throws where there are none. */
export const loadPretrainedWeights = (network: NetworkName, folder?: string): Weights =>
  loadWeights(readFileSync(pretrainedWeightsPath(network, folder)))

const findWeightsFolder = (): string => {
  // From the source as from a bundle in dist/.
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, 'packages/detector/weights')
    if (existsSync(folder)) return folder
    if (dirname(at) === at) throw new Error('no packages/detector/weights in any folder above this program')
  }
}

const networkNameOf = (value: unknown): NetworkName => {
  const name = String(value)
  if (!Object.hasOwn(ARCHITECTURES, name)) throw new Error(`no network is named ${name}`)
  return name as NetworkName
}

const fill = (target: Float32Array, source: Float32Array | undefined): void => {
  if (source?.length !== target.length)
    throw new Error(`the network has ${target.length} numbers, the file ${source?.length ?? 0}`)
  target.set(source)
}
