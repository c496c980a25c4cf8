import { S3Error } from './s3-error.ts'

/** First and last byte, both included, from 0. */
export interface ByteRange {
  first: number
  last: number
}

/**
 * Reads one range of a Range header. What S3 does not understand (another unit, several ranges, first behind last) means the whole object: undefined.
 * Throws InvalidRange where nothing of it lies in the object.
 */
export const readRange = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  const parts = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '')
  if (!parts) return undefined
  const [, from, to] = parts
  if (from === '' && to === '') return undefined
  const refused = () =>
    new S3Error('InvalidRange', undefined, { RangeRequested: header ?? '', ActualObjectSize: String(sizeBytes) })
  if (from === '') {
    const wanted = Number(to)
    if (wanted === 0 || sizeBytes === 0) throw refused()
    return { first: Math.max(0, sizeBytes - wanted), last: sizeBytes - 1 }
  }
  const first = Number(from)
  const last = to === '' ? sizeBytes - 1 : Number(to)
  if (to !== '' && last < first) return undefined
  if (first >= sizeBytes) throw refused()
  return { first, last: Math.min(last, sizeBytes - 1) }
}

/** Reads the x-amz-copy-source-range of a part, which must be exact. Throws InvalidArgument, InvalidRange. */
export const readCopyRange = (header: string | undefined, sizeBytes: number): ByteRange => {
  if (header === undefined) return { first: 0, last: sizeBytes - 1 }
  const parts = /^bytes=(\d+)-(\d+)$/.exec(header)
  if (!parts || Number(parts[1]) > Number(parts[2]))
    throw new S3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      {
        ArgumentName: 'x-amz-copy-source-range',
        ArgumentValue: header,
      },
    )
  const range = { first: Number(parts[1]), last: Number(parts[2]) }
  if (range.last >= sizeBytes)
    throw new S3Error('InvalidArgument', `Range specified is not valid for source object of size: ${sizeBytes}`, {
      ArgumentName: 'x-amz-copy-source-range',
      ArgumentValue: header,
    })
  return range
}
