/** Sub-resources that are an operation of their own, in the order in which they are looked for. */
const bucketSubresources = {
  abac: 'BucketAbac',
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  logging: 'BucketLogging',
  metadataConfiguration: 'BucketMetadataConfiguration',
  metadataTable: 'BucketMetadataTableConfiguration',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
} as const

const objectSubresources = {
  acl: 'ObjectAcl',
  annotation: 'ObjectAnnotation',
  encryption: 'ObjectEncryption',
  'legal-hold': 'ObjectLegalHold',
  renameObject: 'RenameObject',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
} as const

const verbs: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }

const bySubresource = (
  method: string,
  query: URLSearchParams,
  table: Readonly<Record<string, string>>,
): string | undefined => {
  const verb = verbs[method]
  if (verb === undefined || query.size === 0) return undefined
  for (const name of query.keys()) {
    if (!Object.hasOwn(table, name)) continue
    const noun = table[name]
    return noun === 'RenameObject' ? noun : verb + noun
  }
  return undefined
}

const bucketOperation = (method: string, query: URLSearchParams): string => {
  const named = bySubresource(method, query, bucketSubresources)
  if (named !== undefined) return named
  switch (method) {
    case 'GET':
      if (query.has('location')) return 'GetBucketLocation'
      if (query.has('uploads')) return 'ListMultipartUploads'
      if (query.has('versions')) return 'ListObjectVersions'
      if (query.has('session')) return 'CreateSession'
      return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects'
    case 'HEAD':
      return 'HeadBucket'
    case 'PUT':
      return 'CreateBucket'
    case 'DELETE':
      return 'DeleteBucket'
    case 'POST':
      return query.has('delete') ? 'DeleteObjects' : 'PostObject'
    default:
      return 'Unknown'
  }
}

const objectOperation = (method: string, query: URLSearchParams, copies: boolean): string => {
  const named = bySubresource(method, query, objectSubresources)
  if (named !== undefined) return named
  switch (method) {
    case 'GET':
      if (query.has('uploadId')) return 'ListParts'
      return query.has('attributes') ? 'GetObjectAttributes' : 'GetObject'
    case 'HEAD':
      return 'HeadObject'
    case 'PUT':
      if (query.has('uploadId') || query.has('partNumber')) return copies ? 'UploadPartCopy' : 'UploadPart'
      return copies ? 'CopyObject' : 'PutObject'
    case 'DELETE':
      return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
    case 'POST':
      if (query.has('uploads')) return 'CreateMultipartUpload'
      if (query.has('uploadId')) return 'CompleteMultipartUpload'
      if (query.has('restore')) return 'RestoreObject'
      return query.has('select') ? 'SelectObjectContent' : 'Unknown'
    default:
      return 'Unknown'
  }
}

/** The name the S3 API gives to a request. */
export const nameOperation = (
  method: string,
  { bucket, key, query }: { bucket: string; key: string; query: URLSearchParams },
  copies: boolean,
): string => {
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : 'Unknown'
  return key === '' ? bucketOperation(method, query) : objectOperation(method, query, copies)
}
