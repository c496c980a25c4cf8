/** Forms and what one can press. */
export const formStyle = /* css */ `
.actions { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1.2rem; margin: 1rem 0; }
button, .button { font: inherit; font-weight: 550; display: inline-block; min-height: 2.1rem; padding: .3rem 1rem; border: 1px solid transparent; border-radius: 6px; background: var(--accent); color: var(--accent-ink); text-decoration: none; cursor: pointer; }
button:hover, .button:hover { background: color-mix(in srgb, var(--accent) 86%, var(--ink)); }
button.quiet { background: transparent; color: var(--accent); border-color: var(--line); }
button.danger { background: transparent; color: var(--bad); border-color: currentColor; }
button.danger:hover { background: color-mix(in srgb, var(--bad) 12%, transparent); }
.cancel { margin-left: auto; } .cancel summary { color: var(--bad); text-align: right; list-style-position: inside; }
.cancel form { border: 1px solid var(--line); border-radius: 6px; background: var(--card); padding: .8rem 1rem; max-width: 26rem; margin-top: .4rem; }

.form h2 { margin-bottom: 0; } .form > button { margin-top: .6rem; }
.form { display: grid; gap: .35rem; max-width: 34rem; justify-items: start; }
.form.wide .columns { align-items: start; } select { height: 2.3rem; } input { height: 2.3rem; }
.form.wide { max-width: none; gap: 1rem; justify-items: stretch; } .form.wide > button { justify-self: start; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem 1.5rem; }
.field { display: grid; gap: .3rem; align-content: start; }
label { font-weight: 550; }
input, select, textarea { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--muted); border-radius: 6px; padding: .4rem .6rem; width: 100%; min-height: 2.3rem; }
textarea { font: .87rem/1.5 ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace; resize: vertical; tab-size: 2; }
[aria-invalid] { border-color: var(--bad); box-shadow: inset 3px 0 0 var(--bad); }
.with-button { display: flex; gap: .5rem; }
.faults { list-style: none; margin: .1rem 0; padding: 0; color: var(--bad); font-size: .9rem; }
.faults code { color: var(--ink); background: color-mix(in srgb, var(--bad) 12%, transparent); padding: .05rem .3rem; border-radius: 3px; overflow-wrap: anywhere; }
.scripted #load { display: none; }
.warnings { margin: .6rem 0; padding-left: 1.2rem; } .plain { list-style: none; margin: .2rem 0 0; padding: 0; }
`
