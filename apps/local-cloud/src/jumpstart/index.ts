import { readFileSync } from 'node:fs'
import { createDetector, loadPretrainedWeights, pretrainedWeightsPath, saveDetector } from '@assay/detector'
import { keysOf, LOCAL_MODELS } from './models.ts'
import { packFiles } from './pack-files.ts'
import { readScripts } from './script-folder.ts'
import { modelSpec } from './spec.ts'

/** Classes of the pretrained networks' own task; what is served without fine-tuning answers in these. */
const PRETRAINED_CLASSES = 10

/** Everything that the region's JumpStart bucket holds on this machine. The same call gives the same bytes. */
export const jumpStartObjects = async (region: string): Promise<{ key: string; body: Buffer }[]> => {
  const training = await packFiles(readScripts('training'))
  const inference = readScripts('inference')
  const hosting = await packFiles(inference)
  const weights = await packFiles({ 'weights.bin': readFileSync(pretrainedWeightsPath('latest')) })
  const pretrained = createDetector({
    network: 'latest',
    classes: PRETRAINED_CLASSES,
    seed: 1,
    batchImages: 1,
    weights: loadPretrainedWeights('latest'),
  })
  const served = {
    'detector.bin': saveDetector(pretrained),
    'labels.json': Buffer.from(JSON.stringify(Array.from({ length: PRETRAINED_CLASSES }, (_, index) => index + 1))),
  }
  const code = Object.fromEntries(Object.entries(inference).map(([name, content]) => [`code/${name}`, content]))
  const artifact = await packFiles(served)
  const prepacked = await packFiles({ ...served, ...code })

  const objects = new Map<string, Buffer>()
  const json = (value: unknown) => Buffer.from(JSON.stringify(value, null, 2))
  for (const model of LOCAL_MODELS) {
    const keys = keysOf(model)
    objects.set(keys.spec, json(modelSpec(model, keys, region)))
    objects.set(keys.trainingScript, training)
    objects.set(keys.trainingPrepackedScript, training)
    objects.set(keys.trainingArtifact, weights)
    objects.set(keys.hostingScript, hosting)
    objects.set(keys.hostingArtifact, artifact)
    objects.set(keys.hostingPrepackedArtifact, prepacked)
  }
  const manifest = LOCAL_MODELS.map((model) => ({
    model_id: model.modelId,
    version: model.version,
    min_version: model.minimumSdkVersion,
    spec_key: keysOf(model).spec,
    search_keywords: ['Object Detection', model.framework],
    deprecated: false,
  }))
  objects.set('models_manifest.json', json(manifest))
  return [...objects].map(([key, body]) => ({ key, body }))
}
