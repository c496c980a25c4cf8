import { createHash } from 'node:crypto'
import { type ApproachSpec, commonApproachFields } from '@assay/contracts'

/** The recipe and what it trains, as a part of a key: approaches of one family differ in hyperparameters, hardware and data only. */
export const familyOf = (spec: ApproachSpec): string => {
  const own = Object.entries(spec)
    .filter(([name]) => name !== 'recipe' && !commonApproachFields.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `${spec.recipe}-${createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 12)}`
}

/** By name, since recipes bring hyperparameters that nobody here knows: what changes the work that an image makes. */
const changesWork = /batch|network|backbone|image|shape|size|width|freeze|layer|augment/i

/** The hyperparameters that decide how much work an image and epoch is, as one text. */
export const workOf = (hyperparameters: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(hyperparameters)
      .filter(([name]) => changesWork.test(name) && !/^(sagemaker|assay)_/.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const epochNames = ['epochs', 'num-epochs', 'num_epochs', 'n_epochs', 'max_epochs']

/** Epochs that the hyperparameters (as they are sent) ask for; undefined where none of them says it. */
export const epochsOf = (hyperparameters: Readonly<Record<string, string>>): number | undefined => {
  const named = epochNames.map((name) => hyperparameters[name]).find((value) => value !== undefined)
  // Script mode sends JSON: a text is in quotes there.
  const epochs = Number(named?.replaceAll('"', '') ?? Number.NaN)
  return Number.isFinite(epochs) && epochs > 0 ? epochs : undefined
}
