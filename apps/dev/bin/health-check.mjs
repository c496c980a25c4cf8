// The image's health check. A worker listens on a free port (ASSAY_HEALTH_PORT=0), so that replicas may share a network
// namespace; this finds the port through the sockets that the container's own processes hold, and asks there.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LISTEN = '0A'
const withinMs = 4_000

const attempt = (look, otherwise) => {
  try {
    return look()
  } catch {
    return otherwise
  }
}

/** Every process that we can see: in a container, those of the container. Outside of one, name them as arguments. */
const pids = process.argv.length > 2 ? process.argv.slice(2) : readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** Inodes of the sockets that they hold. */
const ownSockets = () => {
  const inodes = new Set()
  for (const pid of pids)
    for (const fd of attempt(() => readdirSync(`/proc/${pid}/fd`), [])) {
      const inode = /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''))
      if (inode) inodes.add(inode[1])
    }
  return inodes
}

const listeningPorts = (inodes) =>
  ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) =>
      attempt(() => readFileSync(table, 'utf8'), '')
        .split('\n')
        .slice(1),
    )
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === LISTEN && inodes.has(columns[9]))
    .map((columns) => Number.parseInt(columns[1].split(':')[1], 16))

const isHealthy = async (port) => {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(withinMs) })
  return answer.ok
}

const ports = [...new Set(listeningPorts(ownSockets()))]
const healthy = await Promise.all(ports.map((port) => isHealthy(port).catch(() => false)))
process.exit(healthy.some(Boolean) ? 0 : 1)
