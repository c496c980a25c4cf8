import { join } from 'node:path'
import { createAroundCalls } from './around-calls.ts'
import { type ControlParts, createControlRoutes } from './control-routes.ts'
import { createFaultRules } from './fault-rules.ts'
import { createHiddenNames } from './hidden-names.ts'
import { openJournal } from './journal.ts'
import { createThrottles } from './throttles.ts'

type CloudParts = Omit<ControlParts, 'faults' | 'journal' | 'throttles'>

/** The control endpoint and what it puts round every call. */
export const openControl = (dataDir: string) => {
  const journal = openJournal(join(dataDir, 'journal.jsonl'))
  const faults = createFaultRules()
  const throttles = createThrottles()
  return {
    calls: createAroundCalls({ journal, faults, throttles, hidden: createHiddenNames() }),
    routes: (parts: CloudParts) => createControlRoutes({ faults, journal, throttles, ...parts }),
    close: () => journal.close(),
  }
}
