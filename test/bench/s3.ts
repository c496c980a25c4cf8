// Puts and gets of 20 kB objects, and lists of all of them, against the local cloud's S3, with a bare node:http server as the floor and the SDK's figures beside:
// `npm run bench:s3 -- --requests 5000 --objects 100000 --large-mb 1024`.
// The servers run in processes of their own. Beside the rate, which the other core's client and whatever else runs here limit, stands the
// server's CPU time a request: the figure that a busy machine leaves alone.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { createS3 } from '../../apps/local-cloud/src/s3/index.ts'

const objectBytes = 20_000
const bucket = 'bench'
const connections = 16

interface Usage {
  cpuMs: number
  rssMb: number
  heapMb: number
}

const serve = async (kind: string, dataDir: string) => {
  const s3 = kind === 's3' ? await createS3({ dataDir, region: 'us-east-1' }) : undefined
  let body = Buffer.alloc(objectBytes, 'x')
  const server = createServer((req, res) => {
    if (s3) {
      void s3.handle(req, res)
      return
    }
    // A page of a listing is larger than an object: the floor is asked for as many bytes.
    const wantedBytes = Number(/bytes=(\d+)/.exec(req.url ?? '')?.[1] ?? objectBytes)
    if (body.length !== wantedBytes) body = Buffer.alloc(wantedBytes, 'x')
    req.on('data', () => undefined).on('end', () => res.end(req.method === 'GET' ? body : undefined))
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
  process.on('message', () => {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, external } = process.memoryUsage()
    process.send?.({
      cpuMs: (user + system) / 1000,
      rssMb: rss / 2 ** 20,
      heapMb: (heapUsed + external) / 2 ** 20,
    } satisfies Usage)
  })
  process.on('disconnect', () => process.exit())
}

const nextMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve) => void child.once('message', (message) => resolve(message as T)))

const start = async (kind: string, dataDir: string) => {
  const child = fork(fileURLToPath(import.meta.url), ['--serve', kind, '--data', dataDir], {
    execArgv: ['--expose-gc'],
  })
  process.on('exit', () => child.kill('SIGKILL'))
  const { port } = await nextMessage<{ port: number }>(child)
  const usage = (): Promise<Usage> => {
    const answer = nextMessage<Usage>(child)
    child.send('usage')
    return answer
  }
  return { port, usage, stop: () => child.disconnect() }
}
type Served = Awaited<ReturnType<typeof start>>

/** One kept-alive connection that sends a request and resolves with the status once the whole answer is there. */
const openConnection = (port: number) => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let settle: (status: number) => void = () => undefined
  let status = 0
  let missingBytes = -1
  socket.on('data', (chunk: Buffer) => {
    let bodyBytes = chunk.length
    if (missingBytes < 0) {
      const head = chunk.toString('latin1', 0, chunk.indexOf('\r\n\r\n') + 2)
      status = Number(head.slice(9, 12))
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      missingBytes = length
      bodyBytes = chunk.length - head.length - 2
    }
    missingBytes -= bodyBytes
    if (missingBytes > 0) return
    missingBytes = -1
    settle(status)
  })
  return {
    send: (message: Buffer): Promise<number> =>
      new Promise((resolve) => {
        settle = resolve
        socket.write(message)
      }),
    close: () => socket.destroy(),
  }
}

const body = Buffer.alloc(objectBytes, 'assay')
const putMessage = (key: string) =>
  Buffer.concat([
    Buffer.from(`PUT /${bucket}/${key} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${objectBytes}\r\n\r\n`),
    body,
  ])
const getMessage = (target: string) => Buffer.from(`GET /${bucket}/${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
const keyOf = (at: number) =>
  `data/experiment/${(at % 97).toString().padStart(2, '0')}/object-${at.toString().padStart(8, '0')}.json`

/** Runs `count` requests over the connections and reports rate and CPU time. */
const measure = async (label: string, server: Served, count: number, run: (at: number) => Promise<number>) => {
  const before = await server.usage()
  const started = performance.now()
  let next = 0
  const worker = async () => {
    while (next < count) {
      const status = await run(next++)
      if (status !== 200) throw new Error(`${label}: status ${status}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const seconds = (performance.now() - started) / 1000
  const after = await server.usage()
  const cpuMicros = ((after.cpuMs - before.cpuMs) * 1000) / count
  console.log(
    `${label.padEnd(26)} ${Math.round(count / seconds)
      .toString()
      .padStart(7)} /s   ${cpuMicros.toFixed(0).padStart(5)} us CPU a request = ${Math.round(1e6 / cpuMicros)
      .toString()
      .padStart(6)} /s on one core`,
  )
}

/** @param message - the request with this number */
const overConnections = (port: number, message: (at: number) => Buffer) => {
  const free = Array.from({ length: connections }, () => openConnection(port))
  return async (at: number): Promise<number> => {
    const connection = free.pop()
    if (!connection) throw new Error('more requests at once than connections')
    const status = await connection.send(message(at))
    free.push(connection)
    return status
  }
}

const transfer = (port: number, method: string, sizeBytes: number, source?: Readable): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = source ? { 'content-length': sizeBytes } : {}
    const req = httpRequest({ port, host: '127.0.0.1', method, path: `/${bucket}/large`, headers }, (res) => {
      let seenBytes = 0
      res.on('data', (chunk: Buffer) => void (seenBytes += chunk.length))
      res.on('end', () => resolve(seenBytes))
    })
    req.on('error', reject)
    if (source) source.pipe(req)
    else req.end()
  })

const benchLarge = async (server: Served, megabytes: number) => {
  const piece = Buffer.alloc(1 << 20, 'large')
  const before = await server.usage()
  let started = performance.now()
  await transfer(server.port, 'PUT', megabytes << 20, Readable.from(Array.from({ length: megabytes }, () => piece)))
  const putSeconds = (performance.now() - started) / 1000
  const between = await server.usage()
  started = performance.now()
  const readBytes = await transfer(server.port, 'GET', 0)
  const getSeconds = (performance.now() - started) / 1000
  const after = await server.usage()
  if (readBytes !== megabytes << 20) throw new Error(`${readBytes} bytes came back`)
  console.log(
    `one body of ${megabytes} MB         put ${(megabytes / putSeconds).toFixed(0)} MB/s, get ${(megabytes / getSeconds).toFixed(0)} MB/s; memory of the server ${before.rssMb.toFixed(0)} MB before, ${between.rssMb.toFixed(0)} MB after the put, ${after.rssMb.toFixed(0)} MB after the get`,
  )
}

/** Number of the first of many objects. */
const manyFrom = 1_000_000

const benchMany = async (server: Served, objects: number) => {
  const putAll = (label: string) =>
    measure(
      `${objects} ${label}`,
      server,
      objects,
      overConnections(server.port, (at) => putMessage(keyOf(manyFrom + at))),
    )
  const before = await server.usage()
  await putAll('further puts')
  const after = await server.usage()
  const bytesEach = ((after.heapMb - before.heapMb) * 2 ** 20) / objects
  console.log(
    `memory                     heap ${before.heapMb.toFixed(1)} MB before, ${after.heapMb.toFixed(1)} MB after: ${bytesEach.toFixed(0)} bytes an object; in all ${before.rssMb.toFixed(0)} and ${after.rssMb.toFixed(0)} MB`,
  )
  await putAll('puts over those')
  const again = await server.usage()
  console.log(
    `memory                     heap ${again.heapMb.toFixed(1)} MB, in all ${again.rssMb.toFixed(0)} MB: what is kept in memory is the index alone`,
  )
}

/** Pages of 1,000 that begin anywhere in the bucket. */
const benchLists = async (floor: Served, server: Served, sdk: S3Client, objects: number) => {
  const pages = 500
  const startingAnywhere = (query: string) => (at: number) =>
    getMessage(`?list-type=2&start-after=${keyOf(manyFrom + ((at * 7919) % objects))}${query}`)
  const first = await fetch(`http://127.0.0.1:${server.port}/${bucket}?list-type=2`)
  const pageBytes = (await first.arrayBuffer()).byteLength
  const floorPage = () => getMessage(`?bytes=${pageBytes}`)
  for (const round of ['warm-up', 'measured']) {
    console.log(`${round}: ${pages} pages of ${(pageBytes / 1000).toFixed(0)} kB, ${objects} objects in the bucket`)
    await measure('bare server, as many bytes', floor, pages, overConnections(floor.port, floorPage))
    await measure('S3, list', server, pages, overConnections(server.port, startingAnywhere('')))
    const prefix = '&prefix=data/experiment/&encoding-type=url'
    await measure('S3, list with a prefix', server, pages, overConnections(server.port, startingAnywhere(prefix)))
    const folders = () => getMessage('?list-type=2&prefix=data/experiment/&delimiter=/')
    await measure('S3, list of 97 folders', server, pages, overConnections(server.port, folders))
  }
  const started = performance.now()
  let listed = 0
  for (let token: string | undefined; ; listed++) {
    const page = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }))
    token = page.NextContinuationToken
    if (token === undefined) break
  }
  console.log(
    `listing all of them        ${listed + 1} pages of 1,000 at ${((listed + 1) / ((performance.now() - started) / 1000)).toFixed(0)} pages/s through the SDK, which parses the XML`,
  )
}

const bench = async (requests: number, objects: number, largeMb: number) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-bench-s3-'))
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const floor = await start('floor', dataDir)
  const s3 = await start('s3', dataDir)
  const sdk = new S3Client({
    endpoint: `http://127.0.0.1:${s3.port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  })
  await sdk.send(new CreateBucketCommand({ Bucket: bucket }))

  for (const [round, first] of [
    ['warm-up', 0],
    ['measured', requests],
  ] as const) {
    const put = (at: number) => putMessage(keyOf(first + at))
    const get = (at: number) => getMessage(keyOf(first + at))
    console.log(`${round}: ${requests} requests of ${objectBytes / 1000} kB over ${connections} connections`)
    await measure('bare server, put', floor, requests, overConnections(floor.port, put))
    await measure('S3, put', s3, requests, overConnections(s3.port, put))
    await measure('bare server, get', floor, requests, overConnections(floor.port, get))
    await measure('S3, get', s3, requests, overConnections(s3.port, get))
  }
  await measure('S3, put through the SDK', s3, requests, async (at) => {
    await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `sdk/${at}`, Body: body }))
    return 200
  })
  await measure('S3, get through the SDK', s3, requests, async (at) => {
    const got = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: `sdk/${at}` }))
    await got.Body?.transformToByteArray()
    return 200
  })
  if (largeMb > 0) await benchLarge(s3, largeMb)
  if (objects > 0) {
    await benchMany(s3, objects)
    await benchLists(floor, s3, sdk, objects)
  }
  floor.stop()
  s3.stop()
  process.exit()
}

const { values } = parseArgs({
  options: {
    serve: { type: 'string' },
    data: { type: 'string', default: '' },
    requests: { type: 'string', default: '5000' },
    objects: { type: 'string', default: '0' },
    'large-mb': { type: 'string', default: '256' },
  },
})
if (values.serve === undefined) await bench(Number(values.requests), Number(values.objects), Number(values['large-mb']))
else await serve(values.serve, values.data)
