import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CloudClock } from '../clock.ts'
import type { Lifecycle } from '../sagemaker/lifecycle.ts'
import { readBody } from '../server/read-body.ts'
import type { createBill } from './bill.ts'
import { type FaultRules, parseFaultRule } from './fault-rules.ts'
import type { Journal } from './journal.ts'
import { readLifecycleSettings, readThrottles } from './read-settings.ts'
import type { Throttles } from './throttles.ts'

export interface ControlParts {
  faults: FaultRules
  journal: Journal
  throttles: Throttles
  lifecycle: Lifecycle
  clock: CloudClock
  bill: ReturnType<typeof createBill>
  interrupt: (trainingJobName: string) => void
}

class ControlError extends Error {}

type Route = (body: unknown, rest: string, query: URLSearchParams) => unknown

const optional = (query: URLSearchParams, name: string) => query.get(name) ?? undefined
const optionalNumber = (query: URLSearchParams, name: string) => (query.has(name) ? Number(query.get(name)) : undefined)

const describeClock = (clock: CloudClock) => ({
  hourInSeconds: clock.hourInSeconds(),
  cloudTime: new Date(clock.nowMs()).toISOString(),
})

/** The routes below /_control/. All answer JSON. */
export const createControlRoutes = (parts: ControlParts) => {
  const { faults, journal, throttles, lifecycle, clock, bill } = parts
  const routes: Record<string, Route> = {
    'GET faults': () => faults.list(),
    'POST faults': (body) => {
      try {
        return faults.add(parseFaultRule(body))
      } catch (error) {
        throw new ControlError(error instanceof Error ? error.message : String(error), { cause: error })
      }
    },
    'DELETE faults': (_, rest) => {
      if (rest === '') faults.clear()
      else if (!faults.remove(Number(rest))) throw new ControlError(`there is no rule ${rest}`)
      return faults.list()
    },
    'GET clock': () => describeClock(clock),
    'POST clock': (body) => {
      const { hourInSeconds } = (body ?? {}) as { hourInSeconds?: unknown }
      if (typeof hourInSeconds !== 'number' || !(hourInSeconds > 0))
        throw new ControlError('hourInSeconds must be above 0')
      clock.setHourInSeconds(hourInSeconds)
      return describeClock(clock)
    },
    'GET journal': (_, __, query) =>
      journal.read({
        after: optionalNumber(query, 'after'),
        limit: optionalNumber(query, 'limit'),
        service: optional(query, 'service'),
        operation: optional(query, 'operation'),
        resource: optional(query, 'resource'),
      }),
    'DELETE journal': () => {
      journal.clear()
      return {}
    },
    'GET bill': () => bill(),
    'GET throttles': () => throttles.callsPerSecond,
    'POST throttles': (body) => {
      throttles.change(readThrottles(body))
      return throttles.callsPerSecond
    },
    'GET lifecycle': () => lifecycle.settings,
    'POST lifecycle': (body) => {
      lifecycle.change(readLifecycleSettings(body))
      return lifecycle.settings
    },
    'POST interrupt': (_, rest) => {
      parts.interrupt(decodeURIComponent(rest))
      return {}
    },
  }

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const send = (status: number, value: unknown) => {
      res.writeHead(status, { 'content-type': 'application/json' })
      res.end(JSON.stringify(value))
    }
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
    const [, , name = '', ...rest] = pathname.split('/')
    const method = req.method === 'PUT' ? 'POST' : req.method
    const route = routes[`${method} ${name}`]
    if (!route)
      return send(404, { message: `no ${method} /_control/${name}; there are ${Object.keys(routes).join(', ')}` })
    try {
      const text = (await readBody(req, 1 << 20))?.toString('utf8') ?? ''
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      send(200, await route(body, rest.join('/'), searchParams))
    } catch (error) {
      send(400, { message: error instanceof Error ? error.message : String(error) })
    }
    return undefined
  }
}
