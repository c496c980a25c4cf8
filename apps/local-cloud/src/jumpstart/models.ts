/** Account of AWS's Deep Learning Containers. */
export const DEEP_LEARNING_CONTAINERS_ACCOUNT = '763104351884'

/** What a model's real scripts are written for; here all run the same small detector. */
export type Framework = 'mxnet' | 'pytorch'

/** A model of the local bucket. */
export interface LocalModel {
  modelId: string
  version: string
  minimumSdkVersion: string
  framework: Framework
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

/** The study's model in two of its versions, a sibling, and a current detector. Versions: AWS's list of built-in algorithms with pretrained models. */
export const LOCAL_MODELS: readonly LocalModel[] = [
  { modelId: 'mxnet-od-ssd-512-vgg16-atrous-voc', version: '1.3.0', minimumSdkVersion: '2.100.0', framework: 'mxnet' },
  { modelId: 'mxnet-od-ssd-512-vgg16-atrous-voc', version: '2.0.0', minimumSdkVersion: '2.189.0', framework: 'mxnet' },
  { modelId: 'mxnet-od-ssd-512-resnet50-v1-voc', version: '2.0.0', minimumSdkVersion: '2.189.0', framework: 'mxnet' },
  {
    modelId: 'pytorch-od1-fasterrcnn-resnet50-fpn',
    version: '1.3.2',
    minimumSdkVersion: '2.75.0',
    framework: 'pytorch',
  },
]

export const keysOf = ({ modelId, version, minimumSdkVersion, framework }: LocalModel): ModelKeys => ({
  minimumSdkVersion,
  spec: `community_models/${modelId}/specs_v${version}.json`,
  trainingScript: `source-directory-tarballs/${framework}/transfer_learning/od/v${version}/sourcedir.tar.gz`,
  trainingPrepackedScript: `source-directory-tarballs/${framework}/transfer_learning/od/prepack/v${version}/sourcedir.tar.gz`,
  trainingArtifact: `${framework}-training/v${version}/train-${modelId}.tar.gz`,
  hostingScript: `source-directory-tarballs/${framework}/inference/od/v${version}/sourcedir.tar.gz`,
  hostingArtifact: `${framework}-infer/v${version}/infer-${modelId}.tar.gz`,
  hostingPrepackedArtifact: `${framework}-infer/prepack/v${version}/infer-prepack-${modelId}.tar.gz`,
})
