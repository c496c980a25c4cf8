/** Colours, type, and what every page has. Colours of states keep 4.5 : 1 against the page in both themes. */
export const baseStyle = /* css */ `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1b1f24; --muted: #5a6370; --line: #dfdcd6; --accent: #0b5a8a; --accent-ink: #ffffff;
  --idle: #6a7280; --queued: #5a6370; --busy: #0b5a8a; --waiting: #7f5300; --good: #0c6b45; --mixed: #7f5300; --bad: #b3261e; --off: #6a7280;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1b1f25; --ink: #e7e5e0; --muted: #a0a8b4; --line: #333942; --accent: #7cc0ea; --accent-ink: #0c1c28;
    --idle: #99a1ad; --queued: #b4bbc6; --busy: #7cc0ea; --waiting: #e3b341; --good: #66c79a; --mixed: #e3b341; --bad: #ff8f85; --off: #99a1ad;
  }
}
* { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); }
main { max-width: 84rem; margin: 0 auto; padding: 1.5rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 600; letter-spacing: -.01em; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 2rem 0 .6rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
code, pre, textarea { font-family: ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: .87rem; }
pre { overflow-x: auto; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
abbr[title] { text-decoration-style: dotted; text-underline-offset: .2em; cursor: help; }
summary { cursor: pointer; }
.num { font-variant-numeric: tabular-nums; }
.small { color: var(--muted); font-size: .87rem; }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: absolute; left: 1rem; top: .6rem; background: var(--card); padding: .3rem .6rem; }
.scroll { overflow-x: auto; }
.plain { list-style: none; margin: .3rem 0; padding: 0; }
.reason { color: var(--bad); overflow-wrap: anywhere; }
.empty { padding: 1.5rem; border: 1px dashed var(--line); border-radius: 8px; color: var(--muted); max-width: none; }

.top { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.5rem; padding: .7rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--card); }
.brand { font-weight: 650; font-size: 1.1rem; letter-spacing: -.01em; color: var(--ink); text-decoration: none; }
.top nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.top nav a { color: var(--muted); text-decoration: none; padding: .25rem 0; border-bottom: 2px solid transparent; }
.top nav a:hover { color: var(--ink); }
.top nav a[aria-current] { color: var(--ink); border-color: var(--accent); }
.environment { margin-left: auto; font-size: .82rem; color: var(--waiting); border: 1px solid currentColor; border-radius: 999px; padding: .05rem .7rem; }
@media (prefers-reduced-motion: no-preference) { a, button, .button { transition: background-color .12s, color .12s, border-color .12s; } }
`
