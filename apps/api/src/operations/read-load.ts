import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { problemAnswerSchema } from '../schemas.ts'

export const readLoadOperation: Operation = (app, context) => {
  const registry = new Registry()
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const jobs = gauge('assay_jobs', 'Jobs of a queue by state; a worker more takes those that wait', ['queue', 'state'])
  const overdue = gauge('assay_overdue_seconds', 'How long the parked job that was due first has been due', ['queue'])
  const workers = gauge('assay_workers', 'Connected workers; 0 too where Redis hides its clients', ['queue'])
  collectDefaultMetrics({ register: registry })

  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'readLoad',
        summary: 'Jobs and workers of every queue, and the state of this process, in the text format of Prometheus',
        tags: ['operation'],
        response: { 200: z.string(), 503: problemAnswerSchema },
      },
    },
    async (_request, reply) => {
      for (const load of await context.queueLoad()) {
        const { queue } = load
        for (const [state, count] of Object.entries(load.jobs)) jobs.set({ queue, state }, count)
        overdue.set({ queue }, load.overdueSeconds)
        workers.set({ queue }, load.workers)
      }
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}
