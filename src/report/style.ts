/**
 * The style sheet of a run's report. `columns` is how many iterations the family chart spans and `tickEvery` how
 * many of them lie between two of its upright lines; both are the only things that vary.
 */
export function reportStyle(columns: number, tickEvery: number): string {
  return pageStyle(`
.family .line{--first:calc(100% * .5 / ${columns});--every:calc(100% * ${tickEvery} / ${columns - 0.5})}
`)
}

/** What all reports look like, with a report's own rules before those for phones and for paper. */
export function pageStyle(own: string): string {
  return `${COLOURS}${PAGE}${CHARTS}${TABLES}${own}${SMALL}${PRINT}`
}

const COLOURS = `
:root{color-scheme:light dark;--bg:#fbfaf6;--raised:#fff;--ink:#1e2422;--soft:#59625e;--hair:#dedfd8;--accent:#22694a;--relevance:#7a4b8f;--warn-bg:#fdf1d7;--warn:#6b4a00;--refused:#a3352c;--seed:#5c6561;--explore:#2b62a8;--exploit:#b0560f;--rewrite:#22694a;--other:#7a4b8f}
@media (prefers-color-scheme:dark){:root{--bg:#14181a;--raised:#1c2124;--ink:#e5e8e3;--soft:#a2aba5;--hair:#31383a;--accent:#7bc7a1;--relevance:#c79fdd;--warn-bg:#3a2f14;--warn:#f2d591;--refused:#f0958c;--seed:#a8b1ac;--explore:#86b3f0;--exploit:#efa35c;--rewrite:#7bc7a1;--other:#c79fdd}}
.mode-seed{--mode:var(--seed)}.mode-explore{--mode:var(--explore)}.mode-exploit{--mode:var(--exploit)}.mode-full-ctr,.mode-partial-ctr,.mode-random-ctr,.mode-no-drop{--mode:var(--rewrite)}.mode-other{--mode:var(--other)}
`

const PAGE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:1080px;margin:0 auto;padding:40px 24px 80px}
h1{font-size:clamp(1.7rem,5vw,2.5rem);line-height:1.15;margin:.1em 0 .25em;letter-spacing:-.015em;font-weight:650}
h2{font-size:1.3rem;line-height:1.25;margin:0 0 .7em;font-weight:650;letter-spacing:-.005em}
h3{font-size:1rem;margin:1.6em 0 .5em;font-weight:650}
section{margin-top:56px;scroll-margin-top:12px}
p{margin:.5em 0}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
sub{font-size:.7em;line-height:0}
.kicker{margin:0;color:var(--soft);font-size:.9rem}
.what{margin:0;color:var(--soft)}.what b{color:var(--ink);font-weight:600}
.note{color:var(--soft);font-size:.92rem;max-width:78ch}
.remark{color:var(--soft);font-weight:400;font-size:.88rem}
.banner{background:var(--warn-bg);color:var(--warn);border-left:4px solid currentColor;padding:.7em 1em;margin:1em 0 0;border-radius:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:12px;top:8px;background:var(--raised);padding:.4em .8em;z-index:3}
nav{display:flex;flex-wrap:wrap;gap:.3em 1.4em;margin-top:28px;padding:10px 0;border-block:1px solid var(--hair);font-size:.95rem}
h1,.what b,.text,.id,.mode,dd,pre,code,.personas li{unicode-bidi:isolate}pre{unicode-bidi:plaintext}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;margin:0 0 14px;background:var(--hair);border:1px solid var(--hair);border-radius:6px;overflow:hidden}
.tiles div{background:var(--raised);padding:14px 18px}
.tiles dt{color:var(--soft);font-size:.9rem}.tiles dd{margin:0}
.tiles .figure{display:block;font-size:1.75rem;line-height:1.3;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums;white-space:nowrap}
.tiles .remark{display:block;line-height:1.35;font-size:.82rem}
.tiles.small .figure{font-size:1.15rem}.tiles.small{grid-template-columns:repeat(auto-fit,minmax(130px,1fr));margin-top:22px}
.pools{display:grid;grid-template-columns:1fr 1fr;gap:32px}
.pool{min-width:0}.pool h3{margin-top:0;border-bottom:2px solid var(--ink);padding-bottom:.4em}
.pool ol{margin:0;padding:0 0 0 1.6em}.pool li{padding:.5em 0 .5em .2em;border-bottom:1px solid var(--hair)}.pool li::marker{color:var(--soft);font-variant-numeric:tabular-nums}
.pool .text{display:block;line-height:1.4}
.facts-line{display:flex;flex-wrap:wrap;gap:.1em .8em;align-items:baseline;font-size:.86rem;color:var(--soft);font-variant-numeric:tabular-nums}.facts-line b{color:var(--ink)}
.tag{display:inline-flex;gap:.6em;align-items:center;font-size:.8rem;white-space:nowrap}
.id{color:var(--soft);font-size:.8rem;font-variant-numeric:tabular-nums}
.mode{display:inline-flex;align-items:baseline;gap:.35em;color:var(--mode);font-size:.82rem;white-space:nowrap}
.mark{width:13px;height:13px;flex:none;position:relative;top:2px}.shape{fill:var(--mode)}
.legend{display:flex;flex-wrap:wrap;gap:.3em 1.4em;margin:1em 0 .6em}.legend .mode{font-size:.92rem}
details{margin-top:10px}summary{cursor:pointer;padding:.35em 0;color:var(--accent)}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:0 28px;margin:0;font-size:.94rem}
.facts div{display:flex;justify-content:space-between;gap:1em;padding:.35em 0;border-bottom:1px solid var(--hair)}.facts dt{color:var(--soft)}.facts dd{margin:0;text-align:right}
.personas{margin:0;padding-left:1.2em;max-width:78ch}.personas li{margin:.4em 0}
.requests>details{margin:0;border-bottom:1px solid var(--hair)}
.requests summary{display:flex;flex-wrap:wrap;gap:.1em 1em;align-items:center;padding:.5em 0;color:var(--ink)}
.requests summary::before{content:"";width:.42em;height:.42em;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg);flex:none}.requests details[open]>summary::before{transform:translateY(-.1em) rotate(45deg)}
.requests summary::-webkit-details-marker{display:none}
.requests details:has(:target)>summary,.requests summary:hover{background:var(--raised)}
.requests .where{min-width:6.6em;font-variant-numeric:tabular-nums}.requests summary .mode{min-width:7em}.again{color:var(--soft);font-size:.88rem}
.fates{display:flex;gap:1em;margin-left:auto;font-size:.88rem;color:var(--soft);font-variant-numeric:tabular-nums}.fates span{min-width:4.6em;text-align:right}.fate-born{color:var(--accent);font-weight:600}.fate-spare{color:var(--soft)}.fate-refused{color:var(--refused)}
.request{padding:0 0 20px 1.3em;scroll-margin-top:3.2em}.request h3{margin:1.1em 0 .4em}
.part{margin:0 0 8px}.part figcaption{color:var(--soft);font-size:.82rem;margin:0 0 3px}
.part pre,.raw pre,section>details>pre{background:var(--raised);border:1px solid var(--hair);border-radius:4px;padding:.6em .8em}
.raw{margin:0;padding-left:1.8em}.raw li{margin:.3em 0}.raw li::marker{color:var(--soft);font-size:.85rem}
.gap{color:var(--soft);text-align:center;padding:1em 0;font-style:italic}
`

const CHARTS = `
figure{margin:0 0 18px}figcaption{color:var(--soft);font-size:.92rem}figcaption b{color:var(--ink)}
.plot{display:block;width:100%;height:auto;overflow:visible;font-family:inherit;font-size:12px;color:var(--ink)}.plot text{white-space:pre}
.drawing-narrow,.drawing-middle{display:none}
.life{--pitch:40px;position:relative;display:grid;grid-template-columns:minmax(0,47%) minmax(0,1fr) 5.2em 3em;grid-template-rows:var(--pitch);height:var(--pitch);align-items:center;box-shadow:inset 0 -1px var(--hair)}
.no-relevance .life{grid-template-columns:minmax(0,47%) minmax(0,1fr) 5.2em}
.dense .life{--pitch:24px}
.life.head{--pitch:34px;position:sticky;top:0;z-index:2;background:var(--bg);color:var(--soft);box-shadow:inset 0 -1.5px var(--ink)}.life.head>span{font-size:.82rem}
.who{display:flex;align-items:center;gap:.8em;padding-right:14px;min-width:0;line-height:1.25}
.who .text{flex:1;min-width:0;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;color:var(--ink);text-decoration:none;font-size:.86rem}
.dense .who .text{-webkit-line-clamp:1}.dense .life{line-height:1.2}
.who a.text:hover{text-decoration:underline}
.who .tag{width:8.6em;flex:none}.who .id{width:2.6em;text-align:right}
.line{position:relative;height:100%;min-width:0}
.life:not(.head) .line::before{content:"";position:absolute;inset:0 0 0 var(--first);background:repeating-linear-gradient(to right,var(--hair) 0 1px,transparent 1px var(--every))}.axis-name{position:absolute;left:-6em;width:5.4em;text-align:right;top:50%;transform:translateY(-50%)}
.line>svg{position:relative;display:block;width:100%;height:100%;overflow:visible}
.head .line text{fill:var(--soft);text-anchor:middle;font-size:12px;font-variant-numeric:tabular-nums}
.bar{fill:var(--mode);opacity:.32}.life.alive .bar{opacity:.6}
.left{stroke:var(--mode);stroke-width:2;fill:none}.on{stroke:var(--mode);stroke-width:2.2;fill:none}
.line .shape{stroke:var(--bg);stroke-width:1.2;paint-order:stroke}
.kin{pointer-events:none}.kin path{fill:none;stroke:var(--mode);stroke-width:1.2;opacity:.4}.kin.further path{stroke-dasharray:1.5 3.5;opacity:.3}.dense .kin path{opacity:.3;stroke-width:1}.dense .life:not(:hover,:focus-within) .further{visibility:hidden}
.life:not(.head):hover,.life:focus-within{background:var(--raised)}
.life:hover,.life:focus-within{z-index:1}.life.head{z-index:2}
.life:hover .kin path,.life:focus-within .kin path,.dense .life:hover .kin path,.dense .life:focus-within .kin path{opacity:1;stroke-width:2}.life:hover .bar,.life:focus-within .bar{opacity:.9}
.rate,.relevance{text-align:right;font-size:.86rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.rate{position:relative;padding-left:10px}.gauge{position:absolute;right:0;bottom:-3px;width:calc(100% - 16px);height:3px;transform:scaleX(-1)}.gauge rect{fill:var(--mode);opacity:.75}
.relevance{color:var(--soft)}
`

const TABLES = `
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4}
th,td{text-align:left;vertical-align:top;padding:.45em .8em .45em 0;border-bottom:1px solid var(--hair);font-weight:400}
thead th{color:var(--soft);font-size:.82rem;border-bottom:1.5px solid var(--ink);white-space:nowrap}
table ul{margin:0;padding:0;list-style:none}table li+li{margin-top:.35em}
td,tbody th{font-variant-numeric:tabular-nums}
.numbers{max-width:560px}.numbers th,.numbers td{text-align:right}.numbers th:first-child{text-align:left}
.iterations tbody th{font-weight:600}.iterations td:nth-child(4),.iterations td:nth-child(5){width:34%}.iterations td:nth-child(2),.iterations td:nth-child(3){white-space:nowrap}
.iterations td:last-child{white-space:nowrap}.short{color:var(--warn)}
.reasons tbody th,.candidates tbody th{white-space:nowrap}.reasons td:nth-child(3),.candidates td:nth-child(2){width:50%}
`

/** Phones: tables become cards, the family chart sets each text above its bar, curves use their narrow drawing. */
const SMALL = `
@media screen and (max-width:760px){
main{padding:24px 16px 56px}section{margin-top:44px}
.pools{grid-template-columns:1fr;gap:28px}
.drawing-wide{display:none}.drawing-middle{display:block}
.tiles{grid-template-columns:1fr 1fr}.tiles div{padding:11px 13px}.tiles .figure{font-size:1.45rem}.tiles.small{grid-template-columns:1fr 1fr}
.life,.no-relevance .life,.dense .life{--pitch:82px;grid-template-columns:minmax(0,1fr) auto auto;grid-template-rows:54px 28px;align-items:start}
.dense .life{--pitch:64px;grid-template-rows:36px 28px}
.life.head{--pitch:32px;grid-template-rows:1fr}
.life:not(.head) .line::before{top:54px}.dense .life:not(.head) .line::before{top:36px}
.tiles.small div:last-child{grid-column:1/-1}
.life .who{position:relative;z-index:1;text-shadow:0 0 2px var(--bg),0 0 3px var(--bg),0 0 4px var(--bg),0 0 4px var(--bg);grid-column:1/-1;grid-row:1;flex-direction:column;align-items:flex-start;gap:1px;padding:4px 0 0}.who .text{flex:none;max-width:100%;font-size:.88rem}.who .tag{order:-1;width:auto}.who .id{width:auto;text-align:left}
.life .line{position:absolute;inset:0 7.6rem 0 6px;height:100%}.no-relevance .life .line{right:5rem}
.life:not(.head) .line>svg>g{transform:translateY(calc(50% - 14px))}
.rate{grid-column:2;grid-row:2;width:4.2rem}.relevance{grid-column:3;grid-row:2;width:2.6rem}.life .rate{padding-left:0}.gauge{width:100%}
.head .who{visibility:hidden}.head .rate,.head .relevance{grid-row:1;align-self:center}.axis-name{display:none}
.wide-table,.wide-table tbody,.wide-table tr,.wide-table th,.wide-table td{display:block;width:auto!important;white-space:normal!important}
.wide-table thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.wide-table tr{padding:.6em 0;border-bottom:1px solid var(--hair)}.wide-table th,.wide-table td{border:0;padding:.12em 0 .12em 7.2em;position:relative;min-height:1.6em}.wide-table td:empty{display:none}
.wide-table [data-label]::before{content:attr(data-label);position:absolute;left:0;width:6.8em;color:var(--soft);font-size:.82rem;font-weight:400}
.numbers{font-size:.8rem}.numbers th,.numbers td{padding-right:.5em}.numbers thead th{white-space:normal}
.request{padding-left:0}.fates{margin-left:1.4em}.fates span{min-width:0}.fates span:empty{display:none}
}
@media screen and (max-width:520px){.drawing-middle{display:none}.drawing-narrow{display:block}}
`

const PRINT = `
@media print{
:root{color-scheme:light;--bg:#fff;--raised:#fff;--ink:#000;--soft:#444;--hair:#ccc;--accent:#22694a;--relevance:#7a4b8f;--warn-bg:#fff;--warn:#000;--refused:#a3352c;--seed:#5c6561;--explore:#2b62a8;--exploit:#b0560f;--rewrite:#22694a;--other:#7a4b8f}
body{font-size:10.5pt}.tiles .figure{font-size:1.2rem}.tiles div{padding:8px 12px}main{max-width:none;padding:0}nav,.skip{display:none}section{margin-top:26pt}
h2,h3{break-after:avoid}figure,.tiles,.pool li,tr,.life,.banner{break-inside:avoid}.life.head{position:relative}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`
