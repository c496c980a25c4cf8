/** A part of a packed file: 32-bit or 16-bit floats, little-endian. */
interface PackedPart {
  kind: 'f32' | 'f16'
  bytes: Uint8Array
}

export const packFloats = (values: Float32Array): PackedPart => {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => view.setFloat32(4 * i, value, true))
  return { kind: 'f32', bytes }
}

export const packHalves = (values: Float32Array): PackedPart => {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => view.setUint16(2 * i, halfOf(value), true))
  return { kind: 'f16', bytes }
}

/** One line of JSON, then the parts one after the other. */
export const writePacked = (header: Record<string, unknown>, parts: readonly PackedPart[]): Uint8Array => {
  const line = JSON.stringify({ ...header, parts: parts.map(({ kind, bytes }) => ({ kind, bytes: bytes.length })) })
  return Buffer.concat([Buffer.from(`${line}\n`), ...parts.map(({ bytes }) => bytes)])
}

/** Throws where the bytes are not a file of this format. */
export const readPacked = (
  bytes: Uint8Array,
  format: string,
): { header: Record<string, unknown>; parts: Float32Array[] } => {
  const end = bytes.indexOf(10)
  let header: { format?: unknown; parts?: { kind: string; bytes: number }[] }
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString()) as typeof header
  } catch (cause) {
    throw new Error(`not a file of format ${format}`, { cause })
  }
  if (header.format !== format) throw new Error(`met a file of format ${String(header.format)}, needed ${format}`)
  let at = end + 1
  const parts = (header.parts ?? []).map(({ kind, bytes: count }) => {
    if (at + count > bytes.length) throw new Error(`a file of format ${format} ends early`)
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, count)
    at += count
    return kind === 'f32'
      ? Float32Array.from({ length: count / 4 }, (_, i) => view.getFloat32(4 * i, true))
      : Float32Array.from({ length: count / 2 }, (_, i) => floatOf(view.getUint16(2 * i, true)))
  })
  return { header: { ...header }, parts }
}

const scratch = new DataView(new ArrayBuffer(4))

/** Nearest 16-bit float; what is too small becomes 0. */
const halfOf = (value: number): number => {
  scratch.setFloat32(0, value)
  const bits = scratch.getUint32(0)
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 112
  if (exponent >= 31) return sign | 0x7bff
  if (exponent <= 0) {
    // Subnormal halves are multiples of 2^-24.
    return sign | Math.round(Math.abs(value) * 2 ** 24)
  }
  const rounded = (exponent << 10) | ((bits >>> 13) & 0x3ff)
  return sign | Math.min(0x7bff, rounded + ((bits >>> 12) & 1))
}

const floatOf = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 31
  const fraction = half & 0x3ff
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}
