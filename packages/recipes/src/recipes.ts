import type { ApproachOf, ApproachSpec, RecipeName } from '@assay/contracts'
import { createContainer } from './container.ts'
import { createJumpStartRecipe } from './jumpstart.ts'
import { createObjectDetection } from './object-detection.ts'
import { createPytorchScript } from './pytorch-script.ts'
import type { Recipe, RecipeDeps } from './recipe.ts'

export type Recipes = { [Name in RecipeName]: Recipe<ApproachOf<Name>> }

export const createRecipes = (deps: RecipeDeps): Recipes => ({
  'sagemaker-object-detection': createObjectDetection(deps),
  jumpstart: createJumpStartRecipe(deps),
  'pytorch-script': createPytorchScript(deps),
  container: createContainer(),
})

/** The recipe of an approach; its methods take that approach's spec. */
export const recipeOf = (recipes: Recipes, spec: ApproachSpec): Recipe => recipes[spec.recipe] as unknown as Recipe
