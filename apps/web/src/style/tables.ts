/** Lists, lanes and states. */
export const tableStyle = /* css */ `
.state { display: inline-flex; align-items: center; gap: .35rem; font-weight: 550; font-size: .92rem; white-space: nowrap; }
.icon { flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.idle { color: var(--idle); font-weight: 400; } .queued { color: var(--queued); } .busy { color: var(--busy); } .busy .icon { fill: currentColor; }
.waiting { color: var(--waiting); } .good { color: var(--good); } .mixed { color: var(--mixed); } .bad { color: var(--bad); } .off { color: var(--off); font-weight: 400; }
.badge { border: 1px solid currentColor; border-radius: 999px; padding: .1rem .75rem .1rem .55rem; margin-right: .5rem; }

table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
th, td { text-align: left; vertical-align: top; padding: .65rem .8rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-weight: 550; font-size: .85rem; color: var(--muted); white-space: nowrap; }
tbody th { font-weight: 550; }
tbody th .small, .list td .small:not(.inline) { display: block; font-weight: 400; }
.list td { white-space: nowrap; }
.list td details, .list td ul { white-space: normal; }
.list td.num { text-align: right; } .list thead th.num { text-align: right; }

.lanes { table-layout: fixed; min-width: 66rem; }
.lanes thead th:first-child { width: 14rem; } .lanes thead th:nth-child(2) { width: 15rem; } .lanes thead th.score { width: 5rem; text-align: right; }
.lanes td.score { text-align: right; font-size: 1.1rem; font-weight: 550; }
.lanes tbody th .state { margin-top: .25rem; font-size: .87rem; }
.lanes td > span, .step > span { display: block; } .lanes td > .state, .step > .state { display: inline-flex; }
.took { color: var(--muted); font-size: .87rem; }
.doing { margin-top: .2rem; font-size: .87rem; line-height: 1.4; }
.doing .message { display: block; overflow-wrap: anywhere; } .doing .ages { display: block; color: var(--muted); font-variant-numeric: tabular-nums; }
.tries { color: var(--waiting); font-size: .87rem; }
.lanes .reason, .step .reason { font-size: .87rem; line-height: 1.4; }
.bar { display: flex; align-items: center; gap: .5rem; margin-top: .3rem; font-size: .82rem; color: var(--muted); white-space: nowrap; flex-wrap: wrap; }
progress { appearance: none; flex: 1 1 3.5rem; min-width: 3.5rem; height: 6px; border: 0; border-radius: 3px; background: var(--line); overflow: hidden; }
progress::-webkit-progress-bar { background: var(--line); } progress::-webkit-progress-value { background: var(--busy); } progress::-moz-progress-bar { background: var(--busy); }

.steps { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.step { padding: .65rem .8rem; box-shadow: 1px 0 0 var(--line), 0 1px 0 var(--line); }
.step-name { font-weight: 550; } .step-name .part { font-weight: 400; color: var(--muted); }

.trials { display: flex; flex-wrap: wrap; align-items: start; justify-content: space-between; gap: .4rem 1.2rem; margin: .5rem 0; padding: .6rem .8rem; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
.trials details { flex: 1 1 24rem; min-width: 0; } .trials details[open] { flex-basis: 100%; } .trials p { margin: 0; } .trials .scroll { margin-top: .6rem; }
.trials th, .trials td { padding: .35rem .7rem; } .trials .best td { background: color-mix(in srgb, var(--good) 9%, transparent); }
.trials .reason { display: block; min-width: 12rem; max-width: 28rem; white-space: normal; font-size: .87rem; }

.summary { max-width: none; font-size: 1.02rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.2rem; margin: .8rem 0; }
.facts dt { color: var(--muted); font-size: .82rem; } .facts dd { margin: 0; } .facts .small { display: block; }
@media (max-width: 52rem) {
  main { padding: 1rem 1rem 3rem; }
  .lanes { min-width: 0; } .lanes thead { display: none; } .lanes tr { display: block; border-top: 1px solid var(--line); padding: .4rem 0; }
  .lanes th, .lanes td { display: block; border: 0; padding: .25rem .8rem; } .lanes td.score { text-align: left; font-size: 1rem; }
  .lanes td::before { content: attr(data-column) '  '; color: var(--muted); font-size: .85rem; font-weight: 400; white-space: pre; }
}
`
