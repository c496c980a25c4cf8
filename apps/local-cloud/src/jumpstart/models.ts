/** Account of AWS's Deep Learning Containers. */
export const DEEP_LEARNING_CONTAINERS_ACCOUNT = '763104351884'

/** A model of the local bucket. */
export interface LocalModel {
  modelId: string
  version: string
  minimumSdkVersion: string
}

/** Where a model's objects lie in the bucket, in the manner of the real one's keys. */
export interface ModelKeys {
  minimumSdkVersion: string
  spec: string
  trainingScript: string
  trainingPrepackedScript: string
  trainingArtifact: string
  hostingScript: string
  hostingArtifact: string
  hostingPrepackedArtifact: string
}

/** The study's model in two of its versions, and a sibling. Versions: AWS's list of built-in algorithms with pretrained models. */
export const LOCAL_MODELS: readonly LocalModel[] = [
  { modelId: 'mxnet-od-ssd-512-vgg16-atrous-voc', version: '1.3.0', minimumSdkVersion: '2.100.0' },
  { modelId: 'mxnet-od-ssd-512-vgg16-atrous-voc', version: '2.0.0', minimumSdkVersion: '2.189.0' },
  { modelId: 'mxnet-od-ssd-512-resnet50-v1-voc', version: '2.0.0', minimumSdkVersion: '2.189.0' },
]

const SCRIPTS = 'source-directory-tarballs/mxnet'

export const keysOf = ({ modelId, version, minimumSdkVersion }: LocalModel): ModelKeys => ({
  minimumSdkVersion,
  spec: `community_models/${modelId}/specs_v${version}.json`,
  trainingScript: `${SCRIPTS}/transfer_learning/od/v${version}/sourcedir.tar.gz`,
  trainingPrepackedScript: `${SCRIPTS}/transfer_learning/od/prepack/v${version}/sourcedir.tar.gz`,
  trainingArtifact: `mxnet-training/v${version}/train-${modelId}.tar.gz`,
  hostingScript: `${SCRIPTS}/inference/od/v${version}/sourcedir.tar.gz`,
  hostingArtifact: `mxnet-infer/v${version}/infer-${modelId}.tar.gz`,
  hostingPrepackedArtifact: `mxnet-infer/prepack/v${version}/infer-prepack-${modelId}.tar.gz`,
})
