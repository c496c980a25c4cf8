import { XMLParser } from 'fast-xml-parser'
import { S3Error } from './s3-error.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

// oxlint-disable-next-line no-control-regex -- control characters are what is escaped here
const unsafe = /[&<>"'\u0000-\u001f\u007f]/
const allUnsafe = new RegExp(unsafe, 'g')

/** Control characters become numeric entities, as S3 writes them, though XML 1.0 has no such characters: hence encoding-type=url. */
const escapeXml = (text: string): string =>
  unsafe.test(text)
    ? text.replace(allUnsafe, (char) => escapes[char] ?? `&#x${char.charCodeAt(0).toString(16)};`)
    : text

/** One element of text; nothing where the value is undefined. */
export const element = (name: string, value: string | number | boolean | undefined): string =>
  value === undefined ? '' : `<${name}>${typeof value === 'string' ? escapeXml(value) : String(value)}</${name}>`

/** A whole document in S3's name space around inner XML that is already escaped. */
export const xmlDocument = (root: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
})

export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] }

/** The named root of a request's XML body; MalformedXML where it is another, or is no XML, or brings a DTD. */
export const parseXmlRequest = (body: Buffer, root: string): XmlNode => {
  const text = body.toString('utf8')
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new S3Error('MalformedXML')
  let parsed: unknown
  try {
    parsed = parser.parse(text, true)
  } catch {
    throw new S3Error('MalformedXML')
  }
  const node = (parsed as Record<string, XmlNode | undefined>)[root]
  if (node === undefined) throw new S3Error('MalformedXML')
  return node
}

/** Every child of that name, in document order. */
export const children = (node: XmlNode, name: string): readonly XmlNode[] => {
  if (typeof node === 'string') return []
  const found = node[name]
  if (found === undefined) return []
  return Array.isArray(found) ? (found as readonly XmlNode[]) : [found as XmlNode]
}

/** The text of the one child of that name; undefined where there is none. */
export const childText = (node: XmlNode, name: string): string | undefined => {
  const [first] = children(node, name)
  if (first === undefined) return undefined
  if (typeof first !== 'string') throw new S3Error('MalformedXML')
  return first
}
