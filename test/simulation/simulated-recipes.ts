import type { BulkStore } from '@assay/ledger'
import type { Recipes } from '@assay/recipes'
import { sha256, stored } from './simulated-experiment.ts'

const noImages = {
  schemaVersion: 1,
  layout: 'voc',
  bucket: 'bucket',
  categories: [],
  images: [],
  seed: 1,
  datasetFingerprint: sha256,
}
/** What is stored beside the ledger is the same for all. */
export const bulk = {
  put: async () => stored,
  putJson: async () => stored,
  getJson: async () => noImages,
} as unknown as BulkStore

const recipe = {
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  afterInterruption: () => 'resumes',
  objective: async () => ({ metric: 'm', direction: 'maximize' }),
  train: async () => ({
    image: 'i',
    inputMode: 'File',
    hyperparameters: {},
    channels: [],
    networkIsolation: false,
    uploads: [],
  }),
  metrics: async () => [],
  host: async () => ({ container: {} }),
  inference: async () => ({ contentType: 'image/jpeg', accept: 'application/json', sendsImage: true }),
}

export const recipes = {
  'sagemaker-object-detection': recipe,
  jumpstart: recipe,
  'pytorch-script': recipe,
} as unknown as Recipes
