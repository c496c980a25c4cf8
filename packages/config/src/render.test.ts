import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ConfigError, loadConfig } from './load.ts'
import { renderConfiguration, renderEnvExample } from './render.ts'

const root = new URL('../../../', import.meta.url)

test('docs/configuration.md and .env.example say what the settings are (npm run docs:configuration writes them)', () => {
  expect(readFileSync(new URL('docs/configuration.md', root), 'utf8')).toBe(renderConfiguration())
  expect(readFileSync(new URL('.env.example', root), 'utf8')).toBe(renderEnvExample())
})

test('every fault is named at once, with what was met', () => {
  const load = () =>
    loadConfig('worker-train', { ASSAY_REDIS_URL: 'http://x', ASSAY_CONCURRENCY: 'many', ASSAY_BUCKET: 'No' })
  expect(load).toThrow(ConfigError)
  expect(load).toThrow(
    /ASSAY_REDIS_URL: "http:\/\/x" met[\s\S]*ASSAY_BUCKET: "No" met[\s\S]*ASSAY_CONCURRENCY: "many" met/,
  )
})

test('a local cloud elsewhere than on loopback is refused', () => {
  expect(() => loadConfig('api', { ASSAY_CLOUD_URL: 'http://10.0.0.1:4599' })).toThrow('a loopback address such as')
})

test('the API listens on loopback only until keys are configured', () => {
  expect(() => loadConfig('api', { ASSAY_HOST: '0.0.0.0' })).toThrow('without ASSAY_API_KEYS_FILE')
  expect(loadConfig('api', { ASSAY_HOST: '0.0.0.0', ASSAY_API_KEYS_FILE: '/keys' }).HOST).toBe('0.0.0.0')
})
