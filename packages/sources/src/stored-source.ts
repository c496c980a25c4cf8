const KEY = /^sources\/([0-9a-f]{64})\/sourcedir\.tar\.gz$/

/** Where a source that was sent to the API lies in the installation's bucket: what is there never changes. The name is the one that script-mode images look for. */
export const sourceKey = (sha256: string): string => `sources/${sha256}/sourcedir.tar.gz`

/** The SHA-256 in such an address; undefined for any other. */
export const storedSourceSha256 = (uri: string, bucket: string): string | undefined => {
  const prefix = `s3://${bucket}/`
  return uri.startsWith(prefix) ? KEY.exec(uri.slice(prefix.length))?.[1] : undefined
}
