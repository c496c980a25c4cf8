import { AwsError } from '../aws-error.ts'
import type { Fields } from '../wire.ts'
import type { ServiceModel, TypeModel } from './service-model.ts'

/** Validation as the service's front end does it: types first, then every broken constraint in one message. */
export type InputValidator = (operation: string, input: Fields) => void

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'START_ARRAY'
  if (typeof value === 'object') return 'START_OBJECT'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE'
}

const wrongType = (value: unknown, wanted: string) =>
  new AwsError('SerializationException', `${kindOf(value)} cannot be converted to ${wanted}`)

const toExpression = (pattern: string): RegExp => {
  // The service's patterns are anchored, whether they say so or not.
  const anchored = `^(?:${pattern.replace(/^\^/, '').replace(/\$$/, '')})$`
  try {
    return new RegExp(anchored, 'u')
  } catch {
    return new RegExp(anchored)
  }
}

/** Makes a validator for the operations of a model. `code` is the error of that service for input that breaks it. */
export const createInputValidator = (model: ServiceModel, code = 'ValidationException'): InputValidator => {
  const expressions = new Map<string, RegExp>()
  const matches = (pattern: string, text: string) => {
    let expression = expressions.get(pattern)
    if (!expression) expressions.set(pattern, (expression = toExpression(pattern)))
    return expression.test(text)
  }
  const enumSets = new Map(Object.entries(model.enums).map(([name, values]) => [name, new Set(values)]))

  const check = (value: unknown, type: TypeModel, path: string, faults: string[]): void => {
    const fault = (constraint: string, shown: unknown = value) =>
      faults.push(`Value '${String(shown)}' at '${path}' failed to satisfy constraint: ${constraint}`)
    const bounds = (size: number, { min, max }: { min?: number; max?: number }, what: string, shown?: unknown) => {
      if (min !== undefined && size < min) fault(`Member must have ${what} greater than or equal to ${min}`, shown)
      if (max !== undefined && size > max) fault(`Member must have ${what} less than or equal to ${max}`, shown)
    }
    switch (type.type) {
      case 'string': {
        if (typeof value !== 'string') throw wrongType(value, 'String')
        bounds(value.length, type, 'length')
        if (type.enum !== undefined && !enumSets.get(type.enum)?.has(value))
          fault(`Member must satisfy enum value set: [${(model.enums[type.enum] ?? []).join(', ')}]`)
        if (type.pattern !== undefined && !matches(type.pattern, value))
          fault(`Member must satisfy regular expression pattern: ${type.pattern}`)
        return
      }
      case 'integer':
      case 'number': {
        if (typeof value !== 'number' || (type.type === 'integer' && !Number.isInteger(value)))
          throw wrongType(value, 'Integer')
        return bounds(value, type, 'value')
      }
      case 'boolean': {
        if (typeof value !== 'boolean') throw wrongType(value, 'Boolean')
        return
      }
      case 'timestamp': {
        if (typeof value !== 'number') throw wrongType(value, 'Timestamp')
        return
      }
      case 'list': {
        if (!Array.isArray(value)) throw wrongType(value, 'List')
        bounds(value.length, type, 'length', JSON.stringify(value))
        for (const [index, member] of value.entries()) check(member, type.member, `${path}.${index + 1}.member`, faults)
        return
      }
      case 'map': {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, 'Map')
        const entries = Object.entries(value)
        bounds(entries.length, type, 'length', JSON.stringify(value))
        for (const [key, member] of entries) {
          check(key, type.key, `${path}.${key}.key`, faults)
          check(member, type.value, `${path}.${key}.member`, faults)
        }
        return
      }
      case 'structure': {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, 'Structure')
        checkStructure(value as Fields, type.shape, path, faults)
      }
    }
  }

  const checkStructure = (input: Fields, shape: string, path: string, faults: string[]) => {
    const structure = model.shapes[shape]
    if (!structure) return
    const at = (member: string) => (path === '' ? lowerFirst(member) : `${path}.${lowerFirst(member)}`)
    for (const member of structure.required ?? [])
      if (input[member] === undefined || input[member] === null)
        faults.push(`Value null at '${at(member)}' failed to satisfy constraint: Member must not be null`)
    for (const [member, value] of Object.entries(input)) {
      const type = Object.hasOwn(structure.members, member) ? structure.members[member] : undefined
      // The service ignores members that it does not know; null is the same as absent.
      if (type && value !== undefined && value !== null) check(value, type, at(member), faults)
    }
  }

  return (operation, input) => {
    const shape = model.inputs[operation]
    if (shape === undefined) return
    const faults: string[] = []
    checkStructure(input, shape, '', faults)
    if (faults.length > 0)
      throw new AwsError(
        code,
        `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected: ${faults.join('; ')}`,
      )
  }
}
