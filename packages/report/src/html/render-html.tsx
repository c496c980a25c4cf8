import { createHash } from 'node:crypto'
import type { Report } from '@assay/contracts'
import { render } from 'preact-render-to-string'
import { Page, type PictureUris } from './page.tsx'
import { script } from './script.ts'
import { styles } from './styles.ts'

const cspHash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * The report as one HTML file: styles, script and pictures inside, nothing fetched (the policy in its head forbids it). The same report gives
 * the same bytes.
 */
export const renderHtml = (report: Report, pictures: PictureUris): string => {
  const policy = `default-src 'none'; img-src data:; style-src ${cspHash(styles)}; script-src ${cspHash(script)}; base-uri 'none'; form-action 'none'`
  const html = render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Assay" />
        <title>{`${report.name} – Assay report`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: styles }} />
      </head>
      <body>
        <Page report={report} pictures={pictures} />
        <script type="module" dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>,
  )
  return `<!doctype html>\n${html}\n`
}
