import { expect, test } from 'vitest'
import { childEnvironment } from './child-environment.ts'

test('what points outside is not inherited, the rest and our settings are', () => {
  const inherited = {
    PATH: '/bin',
    AWS_PROFILE: 'production',
    AWS_ENDPOINT_URL_S3: 'http://example.com',
    REDIS_URL: 'redis://example.com',
    ASSAY_BUCKET: 'theirs',
    HTTPS_PROXY: 'http://example.com',
    npm_config_registry: 'http://example.com',
    NODE_OPTIONS: '--require ./theirs.js',
  }
  expect(childEnvironment({ ASSAY_REDIS_PREFIX: 'ours' }, inherited)).toEqual({
    PATH: '/bin',
    ASSAY_REDIS_PREFIX: 'ours',
  })
})
