import { createRecipes } from '@assay/recipes'
import { runWorker } from '@assay/runtime'
import { createTune } from './tune.ts'

await runWorker('worker-tune', 'tune', (context) => {
  const { clients, region, bucket } = context
  return {
    handlers: { tune: createTune({ ...context, recipes: createRecipes({ s3: clients.s3, region, bucket }) }) },
  }
})
