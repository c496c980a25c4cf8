import type { Note } from '@assay/queue'

export interface Stranded {
  /** Experiments to fold now. */
  due: string[]
  /** Missing a job since this look; whether it still does shows at the next. */
  suspects: ReadonlyMap<string, Note>
}

const isSame = (a: Note | undefined, b: Note) => a?.atMs === b.atMs

/**
 * Holds what the last folds left live against what is live. An experiment that misses a job at two looks in a row, and was not folded between
 * them, is due: at one look a job may have been on its way from one list to another, or its end not noted yet. One that was not folded for
 * restMs is due as well, whatever its jobs. Pure.
 */
export const findStranded = (
  notes: ReadonlyMap<string, Note>,
  live: ReadonlySet<string>,
  { before, nowMs, restMs }: { before: ReadonlyMap<string, Note>; nowMs: number; restMs: number },
): Stranded => {
  const due: string[] = []
  const suspects = new Map<string, Note>()
  for (const [experimentId, note] of notes) {
    const misses = note.jobs.some((job) => !live.has(job))
    if (nowMs - note.atMs >= restMs || (misses && isSame(before.get(experimentId), note))) due.push(experimentId)
    else if (misses) suspects.set(experimentId, note)
  }
  return { due, suspects }
}
