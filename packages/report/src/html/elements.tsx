import type { ComponentChildren } from 'preact'

type Cell = ComponentChildren

export interface TableProps {
  caption?: string
  head: readonly Cell[]
  rows: readonly (readonly Cell[])[]
  /** Columns (from 0) that hold text rather than numbers. (Default: the first) */
  text?: readonly number[]
  /** Keeps the rows' names on one line where there is room. */
  namesOnOneLine?: boolean
  /** Whether a cell is the best of its row or column. */
  best?: (row: number, column: number) => boolean
}

/** A table whose first column names the row. */
export const Table = ({ caption, head, rows, text = [], namesOnOneLine = false, best }: TableProps) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={caption ?? 'table'}>
    <table class={namesOnOneLine ? 'one-line' : undefined}>
      {caption && <caption>{caption}</caption>}
      <thead>
        <tr>
          {head.map((cell, column) => (
            <th key={column} scope="col" class={text.includes(column) ? 'text' : undefined}>
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) =>
              column === 0 ? (
                <th key={column} scope="row">
                  {cell}
                </th>
              ) : (
                <td
                  key={column}
                  class={
                    [text.includes(column) && 'text wrap', best?.(index, column) && 'best'].filter(Boolean).join(' ') ||
                    undefined
                  }
                >
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

export interface FigureProps {
  title: string
  /** What to see, and how it is defined. */
  caption: ComponentChildren
  table: TableProps
  children: ComponentChildren
}

/** A chart with its words and its numbers: nothing is told by the drawing alone. */
export const Figure = ({ title, caption, table, children }: FigureProps) => (
  <figure>
    <figcaption>
      <b>{title}.</b> {caption}
    </figcaption>
    <div class="chart-scroll">{children}</div>
    <details>
      <summary>View as table</summary>
      <Table {...table} caption={title} />
    </details>
  </figure>
)

export interface SectionProps {
  id: string
  title: string
  children: ComponentChildren
  class?: string
}

export const Section = ({ id, title, children, class: name }: SectionProps) => (
  <section id={id} class={name} aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`}>{title}</h2>
    {children}
  </section>
)
