import type { ExperimentView } from '@assay/contracts'
import { costLine } from './cost-line.ts'
import { hasEnded, isLive, type Row, rowsOf, stageLine } from './stage-line.ts'

/** Where lines go: process.stdout, or anything that takes text. */
export interface Terminal {
  write: (text: string) => unknown
  isTTY?: boolean
  columns?: number
  rows?: number
}

export interface ProgressPrinterOptions {
  now?: () => number
  /** Without a terminal: a stage that goes on is said again after this long. (Default: 15,000) */
  repeatEveryMs?: number
}

export interface ProgressPrinter {
  update: (view: ExperimentView) => void
  /** Draws the ages and bars again. */
  tick: () => void
  /** Leaves the cursor below everything. */
  end: () => void
}

/** On a terminal: a line for each stage that has ended, and below them the live ones, drawn again and again. Elsewhere: appended lines, one a change. */
export const createProgressPrinter = (
  terminal: Terminal,
  { now = Date.now, repeatEveryMs = 15_000 }: ProgressPrinterOptions = {},
): ProgressPrinter => {
  const said = new Map<string, { what: string; atMs: number }>()
  let rows: Row[] = []
  let cost: string | undefined
  let saidCost: string | undefined
  let costSaidAtMs = now()
  let drawnLines = 0

  const line = (row: Row) => {
    const labelWidth = Math.max(0, ...rows.map(({ label }) => label.length))
    return stageLine(row, { nowMs: now(), labelWidth })
  }
  const erase = () => (drawnLines > 0 ? `\u001b[${drawnLines}A\u001b[0J` : '')
  /** True the first time, when it changed, and now and then while it lives. */
  const isNews = (row: Row): boolean => {
    const { state, progress } = row.stage
    const what = `${state} ${progress?.message ?? ''}`
    const before = said.get(row.key)
    const news = before?.what !== what || (isLive(row) && now() - before.atMs >= repeatEveryMs)
    if (news) said.set(row.key, { what, atMs: now() })
    return news
  }
  const draw = () => {
    if (!terminal.isTTY) {
      for (const row of rows)
        if ((hasEnded(row) || (isLive(row) && row.stage.progress)) && isNews(row)) terminal.write(`${line(row)}\n`)
      if (cost !== undefined && cost !== saidCost && now() - costSaidAtMs >= repeatEveryMs) {
        terminal.write(`${cost}\n`)
        saidCost = cost
        costSaidAtMs = now()
      }
      return
    }
    const ended = rows.filter((row) => hasEnded(row) && isNews(row))
    const live = rows.filter(isLive).slice(0, Math.max(1, (terminal.rows ?? 24) - 3))
    const width = (terminal.columns ?? 100) - 1
    const lines = [...live.map(line), ...(cost === undefined ? [] : [cost])].map((text) => text.slice(0, width))
    terminal.write(erase() + [...ended.map(line), ...lines].map((text) => `${text}\n`).join(''))
    drawnLines = lines.length
  }
  return {
    update: (view) => {
      rows = rowsOf(view)
      cost = costLine(view)
      draw()
    },
    tick: draw,
    end: () => {
      if (terminal.isTTY) terminal.write(erase())
      drawnLines = 0
    },
  }
}
