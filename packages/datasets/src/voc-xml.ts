import type { Box, DatasetImage } from '@assay/contracts'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Fault } from './fault-list.ts'
import { imageFields } from './image-fields.ts'
import { ownText } from './own-text.ts'

const MAX_XML_BYTES = 5e6
const MAX_DEPTH = 16

interface VocObject {
  name: string
  /** [x, y, width, height] with x = xmin, width = xmax − xmin; NaN where the file holds no number. */
  box: Box
  /** The corners as the file wrote them. */
  written: string
}
export interface VocAnnotation {
  /** As stated; absent where the file states none or 0. */
  widthPx?: number
  heightPx?: number
  fields?: NonNullable<DatasetImage['fields']>
  objects: VocObject[]
}

const parser = new XMLParser({
  // Nothing expands: a document type, the only place where entities are declared, is refused before parsing.
  processEntities: false,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  isArray: (_name, path) => path === 'annotation.object',
})

type Element = Record<string, unknown>
const element = (value: unknown): Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : {}
const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '')
const numberOf = (value: unknown) => (text(value) === '' ? Number.NaN : Number(text(value)))

/** The five entities that XML knows without a declaration, and character references. */
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const decoded = (value: string) =>
  value.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[String(name).toLowerCase()] ?? whole
    const point = hex ? Number.parseInt(String(hex), 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })

const depthOf = (xml: string) => {
  let depth = 0
  let deepest = 0
  for (const [tag] of xml.matchAll(/<[^!?][^>]*>/g)) {
    if (tag.startsWith('</')) depth--
    else if (!tag.endsWith('/>')) deepest = Math.max(deepest, ++depth)
  }
  return deepest
}

const readObject = (value: unknown): VocObject => {
  const { name, bndbox } = element(value)
  const corners = ['xmin', 'ymin', 'xmax', 'ymax'].map((corner) => element(bndbox)[corner])
  const [xmin = Number.NaN, ymin = Number.NaN, xmax = Number.NaN, ymax = Number.NaN] = corners.map(numberOf)
  return {
    name: ownText(decoded(text(name))),
    box: [xmin, ymin, xmax - xmin, ymax - ymin],
    written: `${text(name) || 'object'} [${corners.map((corner) => text(corner) || 'none').join(', ')}]`,
  }
}

/** Reads a Pascal VOC annotation. `filename`, `difficult` and `truncated` are not looked at; `folder` may name a group of images. */
export const readVocXml = (file: string, bytes: Uint8Array): VocAnnotation | Fault => {
  const broken = (met: string): Fault => ({ code: 'xml_broken', file, met, needed: 'a Pascal VOC annotation' })
  if (bytes.byteLength > MAX_XML_BYTES) return broken(`${bytes.byteLength} bytes, more than ${MAX_XML_BYTES}`)
  let xml: string
  try {
    const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe
    xml = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    return broken('bytes that are no UTF-8 text')
  }
  const declaration = /<!(DOCTYPE|ENTITY)/i.exec(xml)
  if (declaration)
    return { code: 'xml_doctype', file, met: declaration[0], needed: 'XML without a document type or entities' }
  const valid = XMLValidator.validate(xml)
  if (valid !== true) return broken(`${valid.err.msg.replace(/\.$/, '')} (line ${valid.err.line})`)
  const depth = depthOf(xml)
  if (depth > MAX_DEPTH) return broken(`elements ${depth} deep, more than ${MAX_DEPTH}`)
  let parsed: Element
  try {
    parsed = element(parser.parse(xml))
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error))
  }
  if (!('annotation' in parsed))
    return broken(`<${Object.keys(parsed).find((key) => key !== '?xml') ?? ''}> at the top`)
  const { size, object = [], folder } = element(parsed.annotation)
  const fields = imageFields({ folder: decoded(text(folder)) })
  const stated = (value: unknown) => (numberOf(value) > 0 ? numberOf(value) : undefined)
  const [widthPx, heightPx] = [stated(element(size).width), stated(element(size).height)]
  return {
    ...(widthPx === undefined ? {} : { widthPx }),
    ...(heightPx === undefined ? {} : { heightPx }),
    ...(fields ? { fields } : {}),
    objects: (object as unknown[]).map(readObject),
  }
}
