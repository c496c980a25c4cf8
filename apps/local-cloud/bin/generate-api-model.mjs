// Writes src/sagemaker/api-model.json: what the service's model says about the requests of the operations we support.
// Members, requiredness and enumerations come from the installed @aws-sdk/client-sagemaker, lengths, ranges and patterns, which the
// SDK does not carry, from botocore's service-2.json, plain (Debian: python3-botocore) or as .gz (PyPI): take the newest there is.
// Run: node apps/local-cloud/bin/generate-api-model.mjs [service-2.json]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const sdk = join(root, 'node_modules/@aws-sdk/client-sagemaker')
const botocorePath =
  process.argv[2] ?? '/usr/lib/python3/dist-packages/botocore/data/sagemaker/2017-07-24/service-2.json'
const modelBytes = readFileSync(botocorePath)
const botocore = JSON.parse(botocorePath.endsWith('.gz') ? gunzipSync(modelBytes) : modelBytes)

const operations = [
  ...['Create', 'Describe', 'Stop', 'Delete'].map((verb) => `${verb}TrainingJob`),
  ...['Create', 'Describe', 'Stop', 'Delete'].map((verb) => `${verb}HyperParameterTuningJob`),
  ...['Create', 'Describe', 'Stop'].map((verb) => `${verb}TransformJob`),
  ...['Create', 'Describe', 'Delete'].flatMap((verb) => [`${verb}Model`, `${verb}EndpointConfig`, `${verb}Endpoint`]),
  'UpdateEndpoint',
  'UpdateEndpointWeightsAndCapacities',
  ...['TrainingJobs', 'HyperParameterTuningJobs', 'TrainingJobsForHyperParameterTuningJob'].map(
    (what) => `List${what}`,
  ),
  ...['TransformJobs', 'Models', 'EndpointConfigs', 'Endpoints'].map((what) => `List${what}`),
  'AddTags',
  'DeleteTags',
  'ListTags',
]

// Bounds that are younger than botocore's model, from the SDK's documentation.
const younger = {
  'ResourceConfig.InstancePreferences': { min: 1, max: 5 },
  'StoppingCondition.MaxPendingTimeInSeconds': { min: 1800, max: 2_419_200 },
}

const schemas = createRequire(import.meta.url)('@aws-sdk/client-sagemaker')

const enums = {}
const enumSource = readFileSync(join(sdk, 'dist-types/models/enums.d.ts'), 'utf8')
for (const [, name, body] of enumSource.matchAll(/export declare const (\w+): \{([^}]*)\}/g))
  enums[name] = [...body.matchAll(/readonly \w+: "([^"]*)"/g)].map(([, value]) => value)

/** Declared TypeScript type of every member, to find its enumeration by. */
const declared = {}
for (const file of readdirSync(join(sdk, 'dist-types/models')).filter((name) => name.startsWith('models_'))) {
  const source = readFileSync(join(sdk, 'dist-types/models', file), 'utf8')
  for (const [, name, body] of source.matchAll(/export interface (\w+)[^{]*\{\n([\s\S]*?)\n\}/g)) {
    declared[name] = {}
    for (const [, member, type] of body.matchAll(/^ {4}(\w+)\??: ([^;]+);/gm))
      declared[name][member] = type.replace(/ \| undefined/g, '')
  }
}

const compiles = (pattern) => {
  // Without the flag a class such as \p{L} compiles too, but to something else.
  for (const flags of pattern.includes('\\p{') ? ['u'] : ['u', ''])
    try {
      RegExp(pattern, flags)
      return true
    } catch {
      // Java's dialect; try the next.
    }
  return false
}

const constraints = (shape) => {
  const { min, max, pattern } = shape ?? {}
  // Empty patterns and those that match anything say nothing.
  const telling =
    pattern !== undefined && !/^(\^?)(\.\*|\[\\s\\S\]\*|\[\\S\\s\]\*)(\$?)$/.test(pattern) && compiles(pattern)
  const tellsMin = min !== undefined && (min > 0 || shape.type !== 'string')
  return { ...(tellsMin && { min }), ...(max !== undefined && { max }), ...(telling && { pattern }) }
}

const usedEnums = {}
const shapes = {}

const describeType = (schema, shape, declaredType) => {
  const resolved = typeof schema === 'function' ? schema() : schema
  const schemaArray = Array.isArray(resolved) ? resolved : undefined
  if (schemaArray && Array.isArray(schemaArray[0])) return describeType(schemaArray[0], shape, declaredType)
  if (schemaArray?.[0] === 3 || schemaArray?.[0] === 4) return { type: 'structure', shape: addShape(schemaArray) }
  const item = declaredType?.replace(/\[\]$/, '')
  if (schemaArray?.[0] === 1)
    return {
      type: 'list',
      ...constraints(shape),
      member: describeType(schemaArray[4], botocore.shapes[shape?.member?.shape], item),
    }
  if (schemaArray?.[0] === 2)
    return { type: 'map', ...constraints(shape), key: mapPart(shape, 'key'), value: mapPart(shape, 'value') }
  if (typeof resolved === 'function') return describeType(resolved, shape, declaredType)
  const code = Number(resolved)
  if (code & 64 && code < 128)
    return {
      type: 'list',
      ...constraints(shape),
      member: describeType(code & ~64, botocore.shapes[shape?.member?.shape], item),
    }
  if (code & 128)
    return { type: 'map', ...constraints(shape), key: mapPart(shape, 'key'), value: mapPart(shape, 'value') }
  if (code === 2) return { type: 'boolean' }
  if (code === 1)
    return { type: shape?.type === 'integer' || shape?.type === 'long' ? 'integer' : 'number', ...constraints(shape) }
  if (code === 4) return { type: 'timestamp' }
  if (declaredType && enums[declaredType]) {
    usedEnums[declaredType] = enums[declaredType]
    return { type: 'string', enum: declaredType }
  }
  return { type: 'string', ...constraints(shape) }
}

const mapPart = (shape, part) => ({ type: 'string', ...constraints(botocore.shapes[shape?.[part]?.shape]) })

const addShape = (schema) => {
  const [, , name, , members = [], types = [], requiredCount = 0] = schema
  if (shapes[name]) return name
  const described = (shapes[name] = { required: members.slice(0, requiredCount), members: {} })
  const old = botocore.shapes[name]
  for (const [index, member] of members.entries()) {
    const shape = botocore.shapes[old?.members?.[member]?.shape]
    described.members[member] = {
      ...describeType(types[index], shape, declared[name]?.[member]),
      ...younger[`${name}.${member}`],
    }
  }
  if (described.required.length === 0) delete described.required
  return name
}

const inputs = {}
for (const operation of operations) {
  const schema = schemas[`${operation}$`]
  if (!schema) throw new Error(`the SDK has no operation ${operation}`)
  const input = schema[4]()
  inputs[operation] = addShape(input)
}

const source = {
  sdk: `@aws-sdk/client-sagemaker ${JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8')).version}`,
  botocore: readFileSync(join(dirname(botocorePath), '../../../__init__.py'), 'utf8').match(
    /__version__ = '(.*)'/,
  )?.[1],
}
const path = join(root, 'apps/local-cloud/src/sagemaker/api-model.json')
const lines = (object) =>
  `{\n${Object.entries(object)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')}\n  }`
writeFileSync(
  path,
  `{\n  "source": ${JSON.stringify(source)},\n  "inputs": ${lines(inputs)},\n  "enums": ${lines(usedEnums)},\n  "shapes": ${lines(shapes)}\n}\n`,
)
console.log(
  `${Object.keys(inputs).length} operations, ${Object.keys(shapes).length} shapes, ${Object.keys(usedEnums).length} enumerations`,
)
