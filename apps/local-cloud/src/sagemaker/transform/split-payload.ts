/** How an object is cut into requests. */
export interface SplitOptions {
  splitType: 'None' | 'Line'
  /** One record a request; else as many as fit. */
  single: boolean
  mostBytes: number
}

/** The bodies of the requests for one object. Throws for a record that is too large. */
export const splitPayload = (content: Buffer, { splitType, single, mostBytes }: SplitOptions): Buffer[] => {
  const records: Buffer[] = []
  if (splitType === 'None') records.push(content)
  else
    for (let from = 0; from < content.length;) {
      const end = content.indexOf(10, from)
      const to = end < 0 ? content.length : end + 1
      records.push(content.subarray(from, to))
      from = to
    }
  const tooLarge = records.find((record) => record.length > mostBytes)
  if (tooLarge) throw new Error(`ClientError: a record of ${tooLarge.length} bytes is larger than MaxPayloadInMB`)
  if (single || splitType === 'None') return records
  const payloads: Buffer[][] = []
  let bytes = Infinity
  for (const record of records) {
    if (bytes + record.length > mostBytes) {
      payloads.push([])
      bytes = 0
    }
    payloads.at(-1)?.push(record)
    bytes += record.length
  }
  return payloads.map((parts) => Buffer.concat(parts))
}
