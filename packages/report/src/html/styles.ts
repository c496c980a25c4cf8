/** The report's only style sheet. Series colours are Okabe and Ito's, lighter or darker where a theme needs contrast. */
export const styles = `
:root{color-scheme:light dark;--page:#f6f7f9;--surface:#fff;--ink:#16191f;--muted:#596273;--line:#d9dee6;--soft:#eef1f5;--accent:#0b5fa5;--good:#00734f;--warn-bg:#fff4d6;--warn-line:#d9a300;--warn-ink:#4a3a00;--bad:#b3261e;
--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#b35c94;--s4:#b07a00;--s5:#3a9bd6;--s6:#7a6b00;--s7:#444b57;--heat:0,114,178}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){--page:#12151a;--surface:#1a1f27;--ink:#e8ebf0;--muted:#a3adbd;--line:#333b48;--soft:#222933;--accent:#7cc0f5;--good:#4fd0a3;--warn-bg:#332a10;--warn-line:#a98512;--warn-ink:#f5e3ac;--bad:#ff8f85;
--s0:#4aa8e0;--s1:#f08a45;--s2:#2fc79b;--s3:#dd9cc5;--s4:#e69f00;--s5:#8fd0f7;--s6:#e8dc5a;--s7:#c3cad6;--heat:86,180,233}}
:root[data-theme=dark]{color-scheme:dark;--page:#12151a;--surface:#1a1f27;--ink:#e8ebf0;--muted:#a3adbd;--line:#333b48;--soft:#222933;--accent:#7cc0f5;--good:#4fd0a3;--warn-bg:#332a10;--warn-line:#a98512;--warn-ink:#f5e3ac;--bad:#ff8f85;
--s0:#4aa8e0;--s1:#f08a45;--s2:#2fc79b;--s3:#dd9cc5;--s4:#e69f00;--s5:#8fd0f7;--s6:#e8dc5a;--s7:#c3cad6;--heat:86,180,233}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header.top,footer{max-width:1120px;margin:0 auto;padding:0 20px}
header.top{padding-top:28px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:1.3rem;line-height:1.25;margin:0 0 4px}
h3{font-size:1.02rem;margin:22px 0 6px}
p{margin:6px 0 10px;max-width:78ch}
a{color:var(--accent)}
.muted,.note{color:var(--muted)}
.note{font-size:.9rem}
.facts{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--muted);font-size:.92rem;margin:0;padding:0;list-style:none}
.banner{border:1px solid var(--warn-line);border-left-width:6px;background:var(--warn-bg);color:var(--warn-ink);border-radius:8px;padding:10px 14px;margin:16px 0}
.banner p{margin:0;max-width:none}
nav.toc{position:sticky;top:0;z-index:2;background:var(--page);border-bottom:1px solid var(--line);margin-top:14px}
nav.toc ul{max-width:1120px;margin:0 auto;padding:6px 20px;display:flex;gap:2px 4px;list-style:none;overflow-x:auto}
nav.toc a{display:block;padding:4px 8px;border-radius:6px;text-decoration:none;font-size:.9rem;white-space:nowrap}
nav.toc a:hover{background:var(--soft)}
section{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:18px 0;scroll-margin-top:56px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px;margin:14px 0 4px}
.tile{background:var(--soft);border-radius:10px;padding:12px 14px}
.tile b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tile span{font-size:.88rem;color:var(--muted);display:block;overflow-wrap:anywhere}
.verdict p{font-size:1.08rem;max-width:88ch}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.88rem;padding-bottom:6px}
th,td{padding:6px 9px;text-align:right;border-bottom:1px solid var(--line);vertical-align:middle}
td{white-space:nowrap}
th{font-weight:600}
thead th{vertical-align:bottom;border-bottom:2px solid var(--line);color:var(--muted);font-size:.85rem}
th:first-child,td:first-child,.text{text-align:left}
tbody th{font-weight:600;text-align:left;overflow-wrap:break-word;min-width:8.5em}
@media(min-width:900px){table.one-line tbody th{white-space:nowrap}}
td.best{font-weight:700;color:var(--good)}
td.best::after{content:" ★";font-size:.75em}
.wrap{overflow-wrap:break-word;white-space:normal;min-width:7em}
code,.mono{font-family:ui-monospace,"SF Mono","DejaVu Sans Mono",Menlo,monospace;font-size:.86em;overflow-wrap:anywhere}
figure{margin:16px 0 6px}
figcaption{font-size:.92rem;color:var(--muted);margin:6px 0;max-width:84ch}
figcaption b{color:var(--ink)}
details{margin:6px 0}
summary{cursor:pointer;font-size:.88rem;color:var(--accent);padding:3px 0;width:fit-content}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(430px,1fr));gap:8px 28px}
.small-multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:14px 22px}
.small-multiples h4{margin:0;font-size:.92rem;overflow-wrap:anywhere}
svg.chart{display:block;max-width:100%;height:auto;overflow:visible}
svg text{fill:var(--ink);font-size:12px;font-family:inherit}
svg .tick text,svg .axis-title{fill:var(--muted)}
svg .grid line{stroke:var(--line)}
svg .zero{stroke:var(--muted)}
svg .halo{paint-order:stroke;stroke:var(--surface);stroke-width:4px;stroke-linejoin:round}
${Array.from({ length: 8 }, (_, i) => `.s${i}{--c:var(--s${i})}`).join('')}
.ln{stroke:var(--c);fill:none;stroke-width:2}
.pt{fill:var(--c);stroke:var(--surface);stroke-width:1}
.hollow{fill:var(--surface);stroke:var(--c);stroke-width:2}
.whisker{stroke:var(--c);stroke-width:1.6}
.front{stroke:var(--muted);fill:none;stroke-width:1.5;stroke-dasharray:5 4}
.band{fill:var(--c);opacity:.16}
.faint{opacity:.45}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:4px 0;padding:0;list-style:none;font-size:.9rem}
.legend li{display:flex;align-items:center;gap:6px;min-width:0}
.legend svg,.name svg{flex:none}
.name{display:inline-flex;align-items:center;gap:7px;text-align:left}
.bar{stroke:var(--surface);stroke-width:1}
.e0{fill:var(--s0)}.e1{fill:var(--s1)}.e2{fill:var(--s3)}.e3{fill:var(--s4)}.e4{fill:var(--s2)}.e5{fill:var(--s7)}
table.confusion{width:auto}
.matrices{display:grid;grid-template-columns:repeat(auto-fill,minmax(430px,1fr));gap:16px 22px}
.matrices h4{margin:0 0 4px;font-size:.92rem;overflow-wrap:anywhere}
table.confusion tbody th{min-width:0;white-space:nowrap}
.matrices .note{font-weight:400}
table.confusion td,table.confusion th{padding:3px 7px;font-size:.82rem;border:1px solid var(--line);min-width:0}
table.confusion td{text-align:center;min-width:34px}
${Array.from({ length: 11 }, (_, i) => `.h${i}{background:rgba(var(--heat),${(i * 0.048).toFixed(2)})}`).join('')}
.diagonal{font-weight:700}
.status{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:0 9px;font-size:.82rem}
.failed,.canceled{color:var(--bad)}.succeeded{color:var(--good)}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:14px}
.picture h4{font-size:.88rem;min-height:1.7em;margin:0 0 4px;overflow-wrap:anywhere;font-weight:600}
.picture>svg{display:block;width:100%;height:auto;background:#000;border-radius:6px}
.picture p{font-size:.82rem;margin:4px 0 0;color:var(--muted)}
.box{fill:none;vector-effect:non-scaling-stroke;stroke-width:2.2}
.truth .box{stroke:#fff}
.tp .box{stroke:#3ddc97}
.fp .box{stroke:#ff9d4d;stroke-dasharray:7 4}
.fn .box{stroke:#ffe14d;stroke-dasharray:2 4}
.ig .box{stroke:#b9c0cc;stroke-dasharray:1 5}
.picture>svg text{font-size:inherit;font-weight:600;paint-order:stroke;stroke:#000;stroke-linejoin:round;fill:#fff}
.picture>svg .tp text{fill:#7df0bf}.picture>svg .fp text{fill:#ffbe86}.picture>svg .fn text{fill:#ffec8a}.picture>svg .ig text{fill:#d5dae2}
.off{display:none}
.store{position:absolute}
.controls{position:sticky;top:48px;z-index:1}
.controls{display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center;background:var(--soft);border-radius:8px;padding:8px 12px;margin:10px 0;font-size:.92rem}
.controls input[type=range]{width:min(320px,60vw);min-height:24px;accent-color:var(--accent)}
.controls[hidden]{display:none}
button{font:inherit;font-size:.88rem;min-height:28px;border:1px solid var(--line);background:var(--surface);color:var(--ink);border-radius:6px;padding:2px 10px;cursor:pointer}
button:focus-visible,a:focus-visible,summary:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.theme{float:right}
dl.terms{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;font-size:.92rem}
dl.terms dt{font-weight:600}dl.terms dd{margin:0}
footer{padding-bottom:40px;color:var(--muted);font-size:.88rem}
@media(max-width:560px){section{padding:16px 14px}.pair,.matrices{grid-template-columns:1fr}.pair>*,.matrices>*{min-width:0}dl.terms{grid-template-columns:1fr}.chart-scroll{overflow-x:auto}.chart-scroll svg.wide{min-width:660px}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11pt}nav.toc,.controls,.theme,summary{display:none}section{border:0;padding:0;margin:14px 0;break-inside:auto}figure,.tile,.picture,tr{break-inside:avoid}.scroll{overflow:visible}}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`
