/** What the service's model says about a value. */
export type TypeModel =
  | { type: 'string'; min?: number; max?: number; pattern?: string; enum?: string }
  | { type: 'integer' | 'number'; min?: number; max?: number }
  | { type: 'boolean' | 'timestamp' }
  | { type: 'list'; min?: number; max?: number; member: TypeModel }
  | { type: 'map'; min?: number; max?: number; key: TypeModel; value: TypeModel }
  | { type: 'structure'; shape: string }

interface StructureModel {
  required?: string[]
  members: Record<string, TypeModel>
}

/** Requests of the operations of a service that are done here. Generated from the service's own model. */
export interface ServiceModel {
  /** Input structure by operation. */
  inputs: Record<string, string>
  enums: Record<string, string[]>
  shapes: Record<string, StructureModel>
}
