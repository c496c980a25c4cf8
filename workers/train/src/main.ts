import { createRecipes } from '@assay/recipes'
import { runWorker } from '@assay/runtime'
import { createTrain } from './train.ts'

await runWorker('worker-train', 'train', (context) => {
  const { clients, region, bucket } = context
  return {
    handlers: { train: createTrain({ ...context, recipes: createRecipes({ s3: clients.s3, region, bucket }) }) },
  }
})
