// Writes src/account/service-models.json: what botocore's models say about the requests of the operations that are done round SageMaker.
// Run: node apps/local-cloud/bin/generate-service-models.mjs [botocore/data]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const dataFolder = process.argv[2] ?? '/usr/lib/python3/dist-packages/botocore/data'

const services = {
  pricing: ['GetProducts'],
  'service-quotas': ['ListServiceQuotas', 'GetServiceQuota'],
  ecr: ['DescribeImages', 'BatchGetImage'],
  iam: ['GetRole', 'SimulatePrincipalPolicy'],
  sts: ['GetCallerIdentity'],
}

const readModel = (service) => {
  const folder = join(dataFolder, service)
  const path = join(folder, readdirSync(folder).toSorted().at(-1) ?? '', 'service-2.json')
  return JSON.parse(existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)))
}

const numbers = { integer: 'integer', long: 'integer', float: 'number', double: 'number' }

/** Reads the requests of a service's operations; shapes and enumerations are collected by name. */
const describeService = (service, operations) => {
  const { shapes: source, operations: all } = readModel(service)
  const model = { inputs: {}, enums: {}, shapes: {} }
  const describe = (name) => {
    const { type, min, max, pattern, enum: values, member, key, value, flattened } = source[name]
    if (flattened)
      throw new Error(`${service}: the list ${name} is flattened, which the query protocol here does not read`)
    const bounds = { ...(min && { min }), ...(max !== undefined && { max }) }
    if (type === 'structure') return { type, shape: addStructure(name) }
    if (type === 'list') return { type, ...bounds, member: describe(member.shape) }
    if (type === 'map') return { type, ...bounds, key: describe(key.shape), value: describe(value.shape) }
    if (type === 'string' && values) {
      model.enums[name] = values
      return { type, enum: name }
    }
    if (type === 'string') return { type, ...bounds, ...(pattern && { pattern }) }
    return numbers[type] ? { type: numbers[type], ...bounds } : { type }
  }
  const addStructure = (name) => {
    if (model.shapes[name]) return name
    const { required, members = {} } = source[name]
    const described = (model.shapes[name] = { ...(required && { required }), members: {} })
    for (const [member, { shape }] of Object.entries(members)) described.members[member] = describe(shape)
    return name
  }
  for (const operation of operations) model.inputs[operation] = addStructure(all[operation].input.shape)
  return model
}

const version = readFileSync(join(dataFolder, '../__init__.py'), 'utf8').match(/__version__ = '(.*)'/)?.[1]
const described = Object.fromEntries(
  Object.entries(services).map(([service, operations]) => [service, describeService(service, operations)]),
)
const path = fileURLToPath(new URL('../src/account/service-models.json', import.meta.url))
writeFileSync(path, `${JSON.stringify({ source: `botocore ${version}`, services: described }, null, 2)}\n`)
console.log(`${Object.values(services).flat().length} operations of ${Object.keys(services).length} services`)
