import { type ExperimentView, isInCloud, type StageView } from '@assay/contracts'
import { printable } from './printable.ts'

const barCells = 12
const liveStates = new Set(['queued', 'running', 'waiting', 'retrying'])
const marks: Partial<Record<StageView['state'], string>> = {
  succeeded: '✓',
  failed: '✗',
  skipped: '–',
  canceled: '■',
  waiting: '…',
  retrying: '↻',
  running: '▶',
  queued: '·',
}

export interface Row {
  /** Names the row within its experiment for as long as it lives. */
  key: string
  /** `approach stage`, or the stage alone where it belongs to the experiment. */
  label: string
  stage: StageView
}

/** Every stage of an experiment, its own first, in the order of the work. */
export const rowsOf = ({ stages, approaches }: ExperimentView): Row[] => {
  const row = (owner: string, stage: StageView): Row => ({
    key: `${owner}/${stage.stage}/${stage.part ?? ''}`,
    label: printable([owner, stage.stage, stage.part].filter(Boolean).join(' ')),
    stage,
  })
  const isLast = ({ stage }: StageView) => stage === 'report' || stage === 'finish'
  return [
    ...stages.filter((stage) => !isLast(stage)).map((stage) => row('', stage)),
    ...approaches.flatMap(({ id, stages }) => stages.map((stage) => row(id, stage))),
    ...stages.filter(isLast).map((stage) => row('', stage)),
  ]
}

export const isLive = ({ stage }: Row): boolean => liveStates.has(stage.state)
export const hasEnded = ({ stage }: Row): boolean => !isLive({ stage, key: '', label: '' }) && stage.state !== 'pending'

/** 34 s, 2 min 5 s, 1 h 4 min. */
export const formatAge = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const bar = (done: number, total: number): string => {
  const filled = Math.round(Math.min(1, done / total) * barCells)
  return `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)}`
}

const detailOf = ({ state, progress, reason, startedAt, endedAt, tries }: StageView, nowMs: number): string => {
  if (!liveStates.has(state)) {
    const took = startedAt && endedAt ? formatAge(Date.parse(endedAt) - Date.parse(startedAt)) : ''
    const retried = tries !== undefined && tries > 1 ? `${tries} tries` : ''
    return [state === 'succeeded' ? '' : state, took, retried, reason ? printable(reason.message) : '']
      .filter(Boolean)
      .join(' · ')
  }
  if (!progress || state === 'queued') return state
  const { message, since, nextLookAt, done, total, unit = '' } = progress
  const looksIn = nextLookAt ? Date.parse(nextLookAt) - nowMs : 0
  return [
    done !== undefined && total ? `${bar(done, total)} ${done}/${total} ${unit}`.trimEnd() : '',
    // Before the message: a narrow terminal cuts the end off.
    `for ${formatAge(nowMs - Date.parse(since))}`,
    printable(message),
    looksIn > 1_000 ? `looks again in ${formatAge(looksIn)}` : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** One line for one stage: mark, name, bar where there is a denominator, what it does or waits for and since when. */
export const stageLine = (
  { label, stage }: Row,
  { nowMs, labelWidth }: { nowMs: number; labelWidth: number },
): string =>
  `${marks[isInCloud(stage) ? 'running' : stage.state] ?? ' '} ${label.padEnd(labelWidth)}  ${detailOf(stage, nowMs)}`.trimEnd()
