import { parseArgs } from 'node:util'
import { readOptions } from './read-options.ts'
import { startLocalCloud } from './start-local-cloud.ts'

const usage = `Usage: npm run start:local-cloud -- [options]
  --port N         port of 127.0.0.1, 0 for a free one (4599)
  --data FOLDER    where everything is kept (.assay/local-cloud)
  --registry FILE  image URI patterns to programs, JSON
  --cpus N         training programs at once (number of cores)
  --control        serve /_control/: faults, clock, journal, bill (off)
  --credentials ID:SECRET  check signatures; may be given again
  --region NAME    (us-east-1)
  --account DIGITS (123456789012)
`

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4599' },
    data: { type: 'string', default: '.assay/local-cloud' },
    registry: { type: 'string' },
    cpus: { type: 'string' },
    control: { type: 'boolean', default: false },
    credentials: { type: 'string', multiple: true },
    region: { type: 'string' },
    account: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(usage)
  process.exit(0)
}

const refuse = (error: unknown): never => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

const options = (() => {
  try {
    return readOptions(values)
  } catch (error) {
    return refuse(error)
  }
})()
const cloud = await startLocalCloud(options).catch(refuse)
console.log(`local cloud ready at ${cloud.url}`)

const stop = () => {
  cloud.close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
