import { pageStyle } from '../style.ts'

/** The style sheet of a report on experiments. */
export const LAB_STYLE = pageStyle(`
:root{--s-explore-exploit:#b0460f;--s-full-ctr:#22694a;--s-partial-ctr:#2b62a8;--s-random-ctr:#5c6561;--s-no-drop:#7a4b8f}
@media (prefers-color-scheme:dark){:root{--s-explore-exploit:#f0a468;--s-full-ctr:#7bc7a1;--s-partial-ctr:#86b3f0;--s-random-ctr:#a8b1ac;--s-no-drop:#c79fdd}}
.strategy{display:inline-flex;align-items:center;gap:.5em;white-space:nowrap}.strategy svg{width:36px;height:14px;flex:none}
.experiment{margin-top:64px;border-top:2px solid var(--ink);padding-top:24px;scroll-margin-top:12px}.experiment>h2{font-size:1.6rem}.experiment section{margin-top:44px}
.experiment h3{font-size:1.15rem;margin:0 0 .6em}.experiment h4{font-size:1rem;margin:0 0 .3em;font-weight:650}
.scroll{overflow-x:auto;max-width:100%}
.results th{white-space:nowrap}.multiples .results td{white-space:nowrap}.results td,.results thead th{text-align:right;min-width:3.6em}.results th:first-child,.results td:first-child{text-align:left}
.results .paper th,.results .paper td{color:var(--soft);font-size:.94em;border-bottom-color:var(--hair)}.results .has-paper th,.results .has-paper td{border-bottom:0;padding-bottom:.1em}.results .paper th{padding-left:1em}
.verdict{white-space:nowrap;font-weight:600}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:26px 22px}.multiples figure{margin:0;min-width:0;break-inside:avoid}
.multiples .plot{max-width:360px}.multiples figure:has(details[open]){grid-column:1/-1}
.multiples figcaption{color:var(--ink);font-weight:650}
.links{display:flex;flex-wrap:wrap;gap:.2em 1.2em;padding:0;list-style:none;margin:.6em 0}
.gaps{padding-left:1.2em}.gaps li{margin:.3em 0}
h1,h2,h3,h4,td,th,li,figcaption,summary{unicode-bidi:isolate}
@media screen and (max-width:760px){
.experiment{margin-top:48px}
.results thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.results,.results tbody,.results tr,.results th,.results td{display:block;white-space:normal!important;text-align:left!important}
.results tr{padding:.5em 0;border-bottom:1px solid var(--hair)}.results tr.has-paper{border-bottom:0;padding-bottom:.1em}.results tr.paper{padding-top:0}
.results th,.results td{border:0!important;padding:.1em 0!important}.results tbody th{font-weight:650}.results .paper th{font-weight:400}
.results td[data-label]{display:grid;grid-template-columns:8.6em minmax(0,1fr);gap:.6em}.results td[data-label]::before{content:attr(data-label);color:var(--soft);font-size:.86rem}
.results td:empty{display:none}
}
@media print{
:root{--s-explore-exploit:#b0460f;--s-full-ctr:#22694a;--s-partial-ctr:#2b62a8;--s-random-ctr:#5c6561;--s-no-drop:#7a4b8f}
.scroll{overflow:visible}.results,.results thead th{font-size:8pt}.results thead th{overflow-wrap:normal}.results th,.results td{white-space:normal}.multiples{grid-template-columns:1fr 1fr}.curve{break-inside:avoid}.experiment{break-before:page}
}
`)
