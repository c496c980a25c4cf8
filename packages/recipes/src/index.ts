export { checkApproach } from './check-approach.ts'
export { checkWarmStart } from './check-warm-start.ts'
export { InvalidAnswer } from './formats/answer.ts'
export { endpointConfigRequest, endpointRequest, type HostingContext, modelRequest } from './hosting-requests.ts'
export { type TransformInput, transformInput } from './transform-input.ts'
export { fitsTransform, type TransformContext, transformJobRequest } from './transform-request.ts'
export { deviceOf, typeAfter, typesOfOneRequest } from './instance-choice.ts'
export { loadPresets, type Preset } from './presets.ts'
export type {
  Detection,
  HostingPlan,
  InferenceFormat,
  Metric,
  Objective,
  PlannedRepack,
  Recipe,
  RecipeDeps,
  SentImage,
  SettingFault,
  TrainingPlan,
} from './recipe.ts'
export { createRecipes, recipeOf, type Recipes } from './recipes.ts'
export { repackWithCode } from './repack.ts'
export { shippedSourceFiles } from './shipped-sources.ts'
export { type RequestContext, trainingJobRequest } from './training-requests.ts'
export { tuningJobRequest } from './tuning-request.ts'
