import { InputError, shown } from './input-error.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const readArray = (value: unknown, pointer: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new InputError(pointer, shown(value), 'an array')
  return value
}

export const readObject = (value: unknown, pointer: string): JsonObject => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(pointer, shown(value), 'an object')
  return value as JsonObject
}

export const readNumber = (value: unknown, pointer: string): number => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new InputError(pointer, shown(value), 'a finite number')
  return value
}

export const readId = (value: unknown, pointer: string): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new InputError(pointer, shown(value), 'a whole number within ±2^53')
  return value
}

/** Writes a COCO bbox to `boxes` at `at`. */
export const readBox = (value: unknown, pointer: string, boxes: Float64Array, at: number): void => {
  if (!Array.isArray(value) || value.length !== 4)
    throw new InputError(pointer, shown(value), 'four numbers: x, y, width, height')
  for (let side = 0; side < 4; side++) {
    boxes[at + side] = readNumber(value[side], `${pointer}/${side}`)
  }
}
