import type { DatasetCheck, DatasetFault } from '@assay/contracts'
import { bytewise } from './bytewise.ts'

/** Every kind of fault that the check of a data set can find; docs/datasets.md shows an example of each. */
export const faultCodes = [
  'annotation_without_image',
  'box_empty',
  'box_inverted',
  'box_not_a_number',
  'box_outside_image',
  'class_too_small',
  'class_unknown',
  'id_duplicate',
  'image_ambiguous',
  'image_not_supported',
  'image_rotated',
  'image_size_differs',
  'image_too_large',
  'image_unreadable',
  'image_without_annotation',
  'json_broken',
  'layout_unknown',
  'name_duplicate',
  'path_unsafe',
  'xml_broken',
  'xml_doctype',
] as const
export type FaultCode = (typeof faultCodes)[number]

export interface Fault extends DatasetFault {
  code: FaultCode
}

const KEPT = 20

const inFileOrder = (a: Fault, b: Fault) => bytewise(a.file, b.file) || bytewise(a.met, b.met)

/** Counts all faults and keeps the first 20 in file order, whatever order they are found in. */
export class FaultList {
  #count = 0
  readonly #byCode = new Map<string, number>()
  readonly #first: Fault[] = []

  add(fault: Fault) {
    this.#count++
    this.#byCode.set(fault.code, (this.#byCode.get(fault.code) ?? 0) + 1)
    const after = this.#first.findIndex((kept) => inFileOrder(kept, fault) > 0)
    this.#first.splice(after < 0 ? this.#first.length : after, 0, fault)
    if (this.#first.length > KEPT) this.#first.length = KEPT
  }

  addAll(faults: Iterable<Fault>) {
    for (const fault of faults) this.add(fault)
  }

  get count() {
    return this.#count
  }

  summary(): DatasetCheck['faults'] {
    const byCode = Object.fromEntries([...this.#byCode].sort(([a], [b]) => bytewise(a, b)))
    return { count: this.#count, byCode, first: [...this.#first] }
  }
}
