import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'

/** A wildcard has no name in a route, but needs one in OpenAPI. */
const nameWildcard = (route: Parameters<typeof jsonSchemaTransform>[0]): typeof route => {
  const { params } = route.schema
  if (!route.url.endsWith('/*') || !(params instanceof z.ZodObject)) return route
  const { '*': path, ...others } = params.shape
  return {
    ...route,
    url: route.url.replace(/\*$/, ':path'),
    schema: { ...route.schema, params: z.object({ ...others, path }) },
  }
}

const description = `Measures what each way of training an object detector is worth: quality against money.

Errors are application/problem+json; \`errors\` names every fault of a body by JSON pointer. Lists answer \`{items, nextCursor}\`.`

/** The OpenAPI document from the schemas that validate, and a page to read it that loads nothing from elsewhere. */
export const addDocs = (app: App): void => {
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Assay', version: '1', description },
      tags: [
        { name: 'data sets', description: 'Images and their boxes, checked before anything is paid for' },
        { name: 'sources', description: 'Folders with training scripts of your own' },
        { name: 'experiments', description: 'One data set, one split, several approaches, one report' },
        { name: 'approaches', description: 'One way to get a trained model' },
        { name: 'operation', description: 'For those who run it' },
      ],
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { key: [] }],
    },
    transform: (route) => jsonSchemaTransform(nameWildcard(route)),
  })
  void app.register(swaggerUi, {
    routePrefix: '/docs',
    // Its own script sets style attributes and draws with data: images.
    staticCSP:
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    validatorUrl: false,
    uiConfig: { docExpansion: 'list', deepLinking: true, defaultModelsExpandDepth: 0 },
    theme: { title: 'Assay API', css: [{ filename: 'assay.css', content: '.swagger-ui .topbar { display: none }' }] },
  })
  void app.register(async (scope: App) => {
    scope.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(Buffer.from(JSON.stringify(scope.swagger()))),
    )
  })
}
