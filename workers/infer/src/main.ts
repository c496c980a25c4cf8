import { createRecipes, repackWithCode } from '@assay/recipes'
import { runWorker } from '@assay/runtime'
import { createDeploy } from './deploy.ts'
import { createInfer } from './infer.ts'

await runWorker('worker-infer', 'infer', (context) => {
  const { clients, bulk, region, bucket } = context
  const recipes = createRecipes({ s3: clients.s3, region, bucket })
  return {
    handlers: {
      deploy: createDeploy({
        ...context,
        recipes,
        repack: (plan) => repackWithCode({ s3: clients.s3, bucket }, plan),
      }),
      infer: createInfer({ s3: clients.s3, runtime: clients.runtime, bulk, bucket, recipes }),
    },
  }
})
