import { printable } from '@assay/client'
import type { ArgsDef } from 'citty'
import type { CliIo } from './cli-io.ts'

const defineArgs = <const Args extends ArgsDef>(args: Args): Args => args

/** Options of every command that prints items. */
export const outputArgs = defineArgs({
  output: { type: 'enum', options: ['table', 'json'], alias: 'o', default: 'table', description: 'form of the result' },
  quiet: { type: 'boolean', alias: 'q', description: 'print ids only' },
})

export interface Column<Item> {
  title: string
  text: (item: Item) => string
}

/** Items as a table, as JSON, or as their ids, one a line. */
export const printItems = <Item extends { id: string }>(
  io: CliIo,
  items: readonly Item[],
  columns: readonly Column<Item>[],
  { output, quiet }: { output: string; quiet?: boolean },
): void => {
  if (quiet) io.out(items.map(({ id }) => `${id}\n`).join(''))
  else if (output === 'json') io.out(`${JSON.stringify(items, null, 2)}\n`)
  else {
    const rows = items.map((item) => columns.map(({ text }) => printable(text(item))))
    io.out(`${formatTable([columns.map(({ title }) => title), ...rows])}\n`)
  }
}

const formatTable = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
