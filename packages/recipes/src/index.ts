export { checkApproach } from './check-approach.ts'
export { checkWarmStart } from './check-warm-start.ts'
export { InvalidAnswer } from './formats/answer.ts'
export { endpointConfigRequest, endpointRequest, type HostingContext, modelRequest } from './hosting-requests.ts'
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
  SettingFault,
  TrainingPlan,
} from './recipe.ts'
export { createRecipes, recipeOf, type Recipes } from './recipes.ts'
export { repackWithCode } from './repack.ts'
export { type RequestContext, trainingJobRequest } from './training-requests.ts'
export { tuningJobRequest } from './tuning-request.ts'
