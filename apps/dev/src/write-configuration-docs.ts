import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderConfiguration, renderEnvExample } from '@assay/config'
import { repositoryRoot } from './repository-root.ts'

writeFileSync(join(repositoryRoot, 'docs/configuration.md'), renderConfiguration())
writeFileSync(join(repositoryRoot, '.env.example'), renderEnvExample())
