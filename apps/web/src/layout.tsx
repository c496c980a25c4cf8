import type { ComponentChildren } from 'preact'
import { render } from 'preact-render-to-string'

export interface LayoutProps {
  title: string
  environment: 'local' | 'aws'
  /** Which entry of the navigation this page is. */
  at?: '/' | '/new' | '/datasets'
  children: ComponentChildren
}

const navigation = [
  ['/', 'Experiments'],
  ['/new', 'New experiment'],
  ['/datasets', 'Data sets'],
  ['/admin/queues', 'Queues'],
  ['/docs', 'API'],
] as const

const Layout = ({ title, environment, at, children }: LayoutProps) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{`${title} – Assay`}</title>
      <link rel="icon" href="/assets/icon.svg" />
      <link rel="stylesheet" href="/assets/style.css" />
      <script src="/assets/app.js" defer />
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          Assay
        </a>
        <nav aria-label="Main">
          {navigation.map(([href, text]) => (
            <a key={href} href={href} {...(href === at ? { 'aria-current': 'page' } : {})}>
              {text}
            </a>
          ))}
        </nav>
        {environment === 'local' ? (
          <span
            class="environment"
            title="Small stand-ins train here; they prove the pipeline and rank only themselves."
          >
            local stand-ins, notional $
          </span>
        ) : null}
      </header>
      <main id="main">{children}</main>
    </body>
  </html>
)

/** A whole page as text. */
export const renderPage = (props: LayoutProps): string => `<!doctype html>${render(<Layout {...props} />)}`
