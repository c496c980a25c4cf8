import { type CliIo, clientOf } from '../cli-io.ts'
import { formatPlan } from '../format-plan.ts'
import { outputArgs } from '../print-result.ts'
import { experimentArgs, readExperiment } from '../read-experiment.ts'
import { strictCommand } from '../strict-command.ts'

export const planCommand = (io: CliIo) =>
  strictCommand('plan', {
    description: 'Show what an experiment would create, take and cost; nothing is changed',
    args: {
      ...experimentArgs,
      bodies: { type: 'boolean', description: 'show every request that would create something' },
      'idempotency-key': {
        type: 'string',
        description: 'that of the submission to come: names are then the real ones',
      },
      output: outputArgs.output,
    },
    run: async ({ bodies, output, ...args }) => {
      const client = clientOf(io)
      const spec = await readExperiment(io, args, { storeSources: false })
      const plan = await client.plan(spec, { bodies, idempotencyKey: args['idempotency-key'] })
      io.out(output === 'json' ? `${JSON.stringify(plan, null, 2)}\n` : `${formatPlan(plan)}\n`)
    },
  })
