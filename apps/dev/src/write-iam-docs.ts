import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { policyFiles } from '@assay/account'
import { repositoryRoot } from './repository-root.ts'

const folder = join(repositoryRoot, 'docs/iam')
mkdirSync(folder, { recursive: true })
for (const [name, text] of Object.entries(policyFiles())) writeFileSync(join(folder, name), text)
