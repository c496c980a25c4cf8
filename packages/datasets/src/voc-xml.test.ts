import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { aVocXml } from './testing/builders.ts'
import { readVocXml } from './voc-xml.ts'

const read = (xml: string) => readVocXml('a.xml', new TextEncoder().encode(xml))

test('a box is xmin, ymin and the differences', () => {
  expect(read(aVocXml([['scratches', 3, 4, 13.5, 24]]))).toEqual({
    widthPx: 40,
    heightPx: 30,
    objects: [{ name: 'scratches', box: [3, 4, 10.5, 20], written: 'scratches [3, 4, 13.5, 24]' }],
  })
})

test('a name is text, whatever it looks like', () => {
  const named = (name: string) => read(aVocXml([[name, 1, 1, 2, 2]]))
  expect(named(' 007 ')).toMatchObject({ objects: [{ name: '007' }] })
  expect(named('nuts &amp; bolts')).toMatchObject({ objects: [{ name: 'nuts & bolts' }] })
  expect(named('&lol;')).toMatchObject({ objects: [{ name: '&lol;' }] })
  expect(named('__proto__')).toMatchObject({ objects: [{ name: '__proto__' }] })
})

test('an annotation without objects is one, also where size is missing or 0', () => {
  expect(read('<annotation/>')).toEqual({ objects: [] })
  expect(read(aVocXml([], [0, 0]))).toEqual({ objects: [] })
})

test('parts of an object are no objects', () => {
  const xml = aVocXml([['person', 1, 1, 9, 9]]).replace(
    '</object>',
    '<part><name>head</name><bndbox><xmin>2</xmin><ymin>2</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></part></object>',
  )
  expect(read(xml)).toMatchObject({ objects: [{ name: 'person', box: [1, 1, 8, 8] }] })
})

test('corners that are no numbers stay to be seen', () => {
  expect(read(aVocXml([['x', 1, 'one', 9, '']]))).toMatchObject({
    objects: [{ box: [1, Number.NaN, 8, Number.NaN], written: 'x [1, one, 9, none]' }],
  })
})

test.each([
  ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation>&x;</annotation>'],
  ['<?xml version="1.0"?><!doctype annotation><annotation/>'],
  ['<annotation><!ENTITY lol "lol"></annotation>'],
])('a document type or entity is refused: %s', (xml) => {
  expect(read(xml)).toMatchObject({ code: 'xml_doctype' })
})

test.each([
  ['not xml', 'no XML'],
  ['<annotation><object></annotation>', 'an open element'],
  ['<html/>', '<html> at the top'],
  ['<annotation>' + '<a>'.repeat(20) + '</a>'.repeat(20) + '</annotation>', 'elements 21 deep'],
  ['', 'nothing'],
])('broken XML is told: %s', (xml) => {
  expect(read(xml)).toMatchObject({ code: 'xml_broken', file: 'a.xml' })
})

test('bytes that are no text are broken XML; UTF-16 with its mark is read', () => {
  expect(readVocXml('a.xml', Uint8Array.of(0xc3, 0x28))).toMatchObject({ code: 'xml_broken' })
  const utf16 = Buffer.from(`\ufeff${aVocXml([['x', 1, 1, 2, 2]])}`, 'utf16le')
  expect(readVocXml('a.xml', utf16)).toMatchObject({ objects: [{ name: 'x' }] })
})

test('whatever the bytes are, they are an annotation or a fault', () => {
  const tag = fc.constantFrom(
    'annotation',
    'object',
    'name',
    'bndbox',
    'xmin',
    'size',
    'width',
    '__proto__',
    'constructor',
    'toString',
  )
  const piece = fc.oneof(
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
    tag.map((name) => `<${name}/>`),
    tag.map((name) => `<${name}>5</${name}>`),
    fc.constantFrom('<![CDATA[', ']]>', '<!--', '-->', '<?xml?>', '&amp;', '&#0;', '&#x110000;', '&', '<', ' a="b"'),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, wrapped) => {
      const xml = wrapped ? `<annotation>${pieces.join('')}</annotation>` : pieces.join('')
      const answer = read(xml)
      expect('code' in answer || Array.isArray(answer.objects)).toBe(true)
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readVocXml('a.xml', bytes)))
})
