/** Code, not data: what is larger was packed by mistake. Bytes of a packed source that is sent to the API. */
export const MAX_PACKED_BYTES = 20_000_000
/** Of all files together, and of what a tarball may unpack to. */
export const MAX_UNPACKED_BYTES = 100_000_000
