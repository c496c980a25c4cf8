import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import type { Fault } from './context.ts'
import { toFaults } from './faults.ts'

/** A part of a request that its schema refuses, with every fault. */
export class InvalidParts extends Error {
  override readonly name = 'InvalidParts'
  readonly part: string
  readonly faults: readonly Fault[]
  constructor(part: string, faults: readonly Fault[]) {
    super(`${part} refused`)
    this.part = part
    this.faults = faults
  }
}

/** As the type provider's own, but with the faults of unions resolved, and nothing stripped or coerced beyond what the schema says. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart = 'body' }) =>
  (data: unknown) => {
    const parsed = schema.safeParse(data)
    return parsed.success
      ? { value: parsed.data }
      : { error: new InvalidParts(httpPart === 'querystring' ? 'query' : httpPart, toFaults(parsed.error.issues)) }
  }
