import { parseArgs } from 'node:util'
import { fail } from './detector.mjs'

const text = { type: 'string' }

/** The arguments of settings.py and, by name, those of one detector: `choices` lists what an argument may be, the first being the default. */
export const readSettings = ({ learningRate, batchSize, choices, numbers }) => {
  const options = {
    epochs: { ...text, default: '10' },
    'batch-size': { ...text, default: String(batchSize) },
    'learning-rate': { ...text, default: String(learningRate) },
    momentum: { ...text, default: '0.9' },
    'weight-decay': { ...text, default: '0.0001' },
    seed: { ...text, default: '123' },
    'num-classes': { ...text, default: '7' },
    'class-names': text,
    ...Object.fromEntries(Object.entries(choices).map(([name, [first]]) => [name, { ...text, default: first }])),
    ...Object.fromEntries(Object.entries(numbers).map(([name, fallback]) => [name, { ...text, default: fallback }])),
  }
  let values
  try {
    values = parseArgs({ strict: true, options }).values
  } catch (error) {
    fail(error.message)
  }
  const number = (name, min, max, isInteger = false) => {
    const value = Number(values[name])
    if (!(value >= min && value <= max) || (isInteger && !Number.isInteger(value)))
      fail(`${name} is ${values[name]}, needed ${isInteger ? 'an integer' : 'a number'} in [${min}, ${max}]`)
    return value
  }
  for (const [name, known] of Object.entries(choices))
    if (!known.includes(values[name])) fail(`${name} is ${String(values[name])}, needed ${known.join(' or ')}`)
  return {
    ...values,
    epochs: number('epochs', 1, 100_000, true),
    batchSize: number('batch-size', 1, 256, true),
    learningRate: number('learning-rate', 1e-9, 10),
    momentum: number('momentum', 0, 1),
    weightDecay: number('weight-decay', 0, 1),
    seed: number('seed', 0, 2 ** 32 - 1, true),
    classes: number('num-classes', 2, 1000, true) - 1,
    names: values['class-names'] === undefined ? undefined : JSON.parse(values['class-names']),
  }
}
