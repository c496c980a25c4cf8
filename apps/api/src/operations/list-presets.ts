import type { Operation } from '../app.ts'
import { presetsSchema } from '../schemas.ts'

export const listPresetsOperation: Operation = (app, { presets }) => {
  app.get(
    '/v1/presets',
    {
      schema: {
        operationId: 'listPresets',
        summary: 'List presets: experiments that lack only a name and a data set',
        tags: ['experiments'],
        response: { 200: presetsSchema },
      },
    },
    () => ({ items: presets.map(({ spec, ...preset }) => ({ ...preset, spec: { ...spec } })), nextCursor: null }),
  )
}
