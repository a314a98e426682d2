"""How the page looks: one type scale, one blue of rising darkness, amber and plum for evidence, in light and dark."""

from __future__ import annotations

from tocsin.ui.markup import Html

# Streamlit sets `color-scheme` with its theme, so that `light-dark()` follows a change without a rerun.
_STYLE = """
:root {
  --ink: light-dark(#1b2733, #e4eaf0); --quiet: light-dark(#55626f, #a3b1be); --line: light-dark(#d5dce3, #35424e);
  --edge: light-dark(#7d8a96, #7d8b98); --paper: light-dark(#ffffff, #172029); --soft: light-dark(#f4f6f8, #1d2832);
  --s0: light-dark(#dfe6ed, #2c3a47); --s1: light-dark(#9fb8d3, #44678b);
  --s2: light-dark(#4f7fb0, #6d9fd2); --s3: light-dark(#1d4a7d, #b4d3f2);
  --amber: light-dark(#b45f06, #f0a04b); --plum: light-dark(#7a1f5c, #e08cc4);
  --amber-soft: light-dark(#fdf3e5, #33271a);
  --t1: 0.8rem; --t2: 0.9rem; --t3: 1rem; --t4: 1.35rem; --t5: 1.9rem;
}
.stHtml { font-size: var(--t2); line-height: 1.4; color: inherit; }
.stHtml p { margin: 0; font-size: inherit; }
.stHtml h1, .stHtml h2, .stHtml h3 { margin: 0; padding: 0; letter-spacing: 0; color: var(--ink); }
.stHtml h1 { font-size: var(--t4); line-height: 1.25; font-weight: 650; }
.stHtml h2 { font-size: var(--t3); font-weight: 650; }
.stHtml h3 { font-size: var(--t2); font-weight: 650; margin: 1rem 0 0.4rem; }
.stHtml b { font-weight: 650; }
.stHtml ul { list-style: none; margin: 0; padding: 0; } .stHtml ul, .stHtml ol { font-size: inherit; }
.stHtml li { margin: 0; font-size: inherit; }
.stHtml .quiet, .stHtml p.quiet { color: var(--quiet); font-size: var(--t1); }
.stMarkdown table { display: block; overflow-x: auto; font-size: var(--t1); }
.stMarkdown table td, .stMarkdown table th { padding: 0.25rem 0.4rem; }
.unbroken { white-space: nowrap; }
.stHtml .footing p { margin-top: 0.15rem; max-width: 120ch; }

.chips { display: flex; flex-wrap: wrap; gap: 0.35rem; margin-top: 0.5rem !important; }
.stHtml .chips li { border: 1px solid var(--amber); background: var(--amber-soft); border-radius: 1rem;
  padding: 0.1rem 0.7rem; font-size: var(--t1); }
.stHtml .chips .forced { border: 1px dashed var(--plum); background: transparent; }
.stHtml .chips .changes { border-color: var(--line); background: transparent; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(10.2rem, 100%), 1fr)); gap: 0.75rem; }
.card { border: 1px solid var(--line); border-radius: 0.5rem; background: var(--paper); padding: 0.7rem 0.85rem 0.75rem;
  min-width: 0; }
.wide2 { grid-column: span 2; } .wide3 { grid-column: span 3; }
.events { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 1.2rem; }
.event { display: grid; grid-template-rows: auto auto auto auto 1fr auto; row-gap: 0.15rem; min-width: 0; }
.stHtml .what { color: var(--quiet); font-size: var(--t1); min-height: 4.2em; }
.stHtml .strip .what { min-height: 0; color: var(--ink); font-size: var(--t2); }
.stHtml .number { font-variant-numeric: tabular-nums; color: var(--quiet); font-size: var(--t2); }
.number b { font-size: var(--t5); line-height: 1.15; color: var(--ink); letter-spacing: -0.01em; }
.stHtml .event .word { min-height: 2.8em; }
.event .word b { display: block; } .event .word span { color: var(--quiet); }
.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 0.75rem; }
.stHtml .strip h2 { font-size: var(--t1); font-weight: 650; color: var(--quiet); }

.scale { position: relative; height: 0.9rem; margin: 0.3rem 0 0.2rem; min-width: 5rem; }
.scale::before { content: ""; position: absolute; inset: 0.4rem 0; background: var(--s0); border-radius: 1px; }
.scale span { position: absolute; }
.scale .band { top: 0.25rem; height: 0.4rem; background: var(--s2); border-radius: 0.2rem; opacity: 0.75; }
.scale .dot { top: 0.08rem; width: 0.74rem; height: 0.74rem; margin-left: -0.37rem; border-radius: 50%;
  background: var(--s3); border: 2px solid var(--paper); box-sizing: border-box; }
.scale .tick { top: -0.05rem; width: 2px; height: 1rem; margin-left: -1px; background: var(--ink); }

.stacked { display: flex; height: 5px; border-radius: 2px; overflow: hidden; background: var(--s0); }
.stacked .s0 { background: var(--s0); } .stacked .s1 { background: var(--s1); }
.stacked .s2 { background: var(--s2); } .stacked .s3 { background: var(--s3); }
.standing { padding-top: 0.1rem; }
.standing .quiet { margin-top: 0.15rem; line-height: 1.3; }
.stHtml .mark { color: var(--amber); white-space: nowrap; }
.stHtml .mark::before { content: "● "; }

.ladder { display: flex; gap: 3px; margin: 0.45rem 0 0.25rem; }
.ladder .step { flex: 1; min-width: 0; }
.ladder i { display: block; height: 0.5rem; background: var(--quiet); }
.ladder .step:first-child i { border-radius: 3px 0 0 3px; } .ladder .step:last-child i { border-radius: 0 3px 3px 0; }
.ladder small { font-size: var(--t1); color: var(--quiet); overflow-wrap: anywhere; }
.ladder .most small { color: var(--ink); font-weight: 650; }

.alert { border-left: 4px solid var(--amber); background: var(--amber-soft); padding: 0.6rem 0.9rem;
  border-radius: 0 0.4rem 0.4rem 0; overflow-wrap: anywhere; }

.picture { overflow-x: auto; }
.net { display: block; max-width: 100%; height: auto; margin: 0 auto; min-width: 46rem; }
.net .net-paper { fill: transparent; } .net .net-node { fill: var(--paper); stroke: var(--line); }
.net .net-finding { stroke: var(--amber); } .net .net-forced { stroke: var(--plum); }
.net .net-ink { fill: var(--ink); } .net .net-quiet { fill: var(--quiet); }
.net [data-node] { cursor: pointer; outline: none; }
.net [data-node]:focus-visible .net-node { stroke: var(--ink); stroke-width: 3; }
.net [data-node]:hover .net-node { stroke: var(--s2); stroke-width: 2; }
.net .net-wire { stroke: light-dark(#a3afba, #5b6b7a); } .net .net-head { fill: light-dark(#a3afba, #5b6b7a); }
.net .net-s0 { fill: var(--s0); } .net .net-s1 { fill: var(--s1); }
.net .net-s2 { fill: var(--s2); } .net .net-s3 { fill: var(--s3); } .net .net-tint { fill: var(--s2); }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.2rem; margin-top: 0.6rem !important; }
.legend > span { display: flex; align-items: center; gap: 0.5rem; }
.key { display: inline-block; width: 1.4rem; height: 0.8rem; border-radius: 3px; flex: none; }
.key.finding { border: 2.5px solid var(--amber); } .key.forced { border: 2.5px dashed var(--plum); }
.key.arc { height: 0; border-top: 3px solid light-dark(#a3afba, #5b6b7a); border-radius: 0; }
.key.states { width: 3rem; height: 0.4rem;
  background: linear-gradient(90deg, var(--s0) 25%, var(--s1) 25% 50%, var(--s2) 50% 75%, var(--s3) 75%); }

.every { border-collapse: collapse; width: 100%; }
.stHtml .every th, .stHtml .every td { border: 0;
  border-bottom: 1px solid var(--line); padding: 0.25rem 0.6rem 0.25rem 0;
  text-align: left; vertical-align: top; font-size: var(--t2); font-weight: 400; color: var(--ink); }
.stHtml .every thead th { color: var(--quiet); font-size: var(--t1); }
.stHtml .every .group th { font-weight: 650; padding-top: 1rem; }
.stHtml .every tbody th[scope=row] { font-weight: 650; width: 30%; }
.every .wide { width: 30%; } .every .scale { margin: 0.2rem 0; }
.stHtml .every .figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }

.stHtml .missing li { padding: 0.2rem 0 0.2rem 1rem; text-indent: -1rem; }
.stHtml .missing li::before { content: "– "; }

/* A dialog stands outside the app and has no colour scheme: its colours follow from that of its text. */
.trail, .through { --ink: currentColor; --quiet: color-mix(in srgb, currentColor 74%, transparent);
  --line: color-mix(in srgb, currentColor 20%, transparent); --s1: #6f97c0; }
.trail { max-width: 62rem; }
.stHtml .question { max-width: 100ch; margin-bottom: 0.2rem; }
.stHtml .trail article { border-top: 1px solid var(--line); padding: 0.5rem 0; }
.stHtml .asked { display: flex; gap: 1.5rem; justify-content: space-between; align-items: baseline; }
.asked b { white-space: nowrap; font-variant-numeric: tabular-nums; }
.stHtml .claim { max-width: 100ch; }
.stHtml .voices .echo { opacity: 0.7; border-left-style: dotted; }
.stHtml .voices li { font-size: var(--t2); border-left: 3px solid var(--s1); padding: 0.1rem 0 0.1rem 0.8rem;
  margin: 0.5rem 0; }
.stHtml q { font-style: italic; }
.through details { border-top: 1px solid var(--line); padding: 0.45rem 0; }
.through summary { cursor: pointer; }
.stHtml .through details h2 { display: none; }
.through details .trail { padding: 0.5rem 0 0.5rem 1rem; }
.stHtml .through { margin-top: 1rem; }

[data-testid=stMainBlockContainer] { padding-left: 1.6rem; padding-right: 1.6rem; }
[class*=st-key-scenario-bar] [data-testid=stSelectbox] { max-width: 100%; }

.bench { display: grid; grid-template-columns: minmax(17rem, 21rem) minmax(0, 1fr); grid-template-rows: auto 1fr;
  column-gap: 1.6rem; row-gap: 0.75rem; align-items: start; }
.bench-side { grid-column: 1; grid-row: 1 / span 2; position: sticky; top: 0.5rem; max-height: calc(100vh - 5rem);
  overflow-y: auto; padding: 0.2rem 0.8rem 1rem 0.2rem; border-right: 1px solid var(--line); }
.bench-top { grid-column: 2; } .bench-rest { grid-column: 2; }
.bench-top, .bench-rest { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; min-width: 0; }
.bench-top [data-part]:empty, .bench-rest [data-part]:empty { display: none; }
.bench [hidden] { display: none !important; }
@media (max-width: 900px) {
  .bench { grid-template-columns: minmax(0, 1fr); }
  .bench-top, .bench-side, .bench-rest { grid-column: 1; grid-row: auto; }
  .bench-side { position: static; max-height: none; overflow: visible; border: 1px solid var(--line);
    border-radius: 0.5rem; padding: 0.6rem; }
}
.bench button { font: inherit; font-size: var(--t1); color: var(--ink); background: none; border: 0; padding: 0.1rem 0;
  min-height: 1.5rem; cursor: pointer; text-decoration: underline; text-decoration-color: var(--s2);
  text-underline-offset: 0.2em; text-align: left; }
.bench button:disabled { color: var(--quiet); text-decoration: none; cursor: default; }
.bench select, .bench .find { font: inherit; font-size: var(--t2); width: 100%; box-sizing: border-box;
  color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: 0.3rem;
  padding: 0.22rem 0.4rem; min-height: 1.9rem; }
.bench :is(select, input, button, summary):focus-visible { outline: 2px solid var(--s2); outline-offset: 1px; }
.bench .find { margin-bottom: 0.4rem; }
.bench summary { font-size: var(--t3); font-weight: 650; padding: 0.7rem 0 0.1rem; cursor: pointer; }
.bench summary h2 { display: inline; }
.row { display: grid; gap: 0.3rem; padding: 0.5rem 0 0.6rem; border-bottom: 1px solid var(--line); }
.row .top { display: flex; justify-content: space-between; align-items: baseline; gap: 0.6rem; }
.row .ways { display: flex; gap: 0.7rem; flex: none; }
.row .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.4rem; }
.is-observed select, .is-reported select, .is-believed select, .is-kept select { border-color: var(--amber); }
.is-forced select { border-color: var(--plum); border-style: dashed; }
.slider { display: grid; grid-template-columns: 1fr auto; font-size: var(--t1); }
.slider output { font-variant-numeric: tabular-nums; }
.slider input { grid-column: 1 / span 2; width: 100%; margin: 0.15rem 0; accent-color: var(--s3); height: 1.2rem; }
.steps { display: flex; gap: 1rem; align-items: baseline; margin-top: 0.25rem; }
.views { display: inline-flex; border: 1px solid var(--edge); border-radius: 0.4rem; overflow: hidden;
  margin-bottom: 0.6rem; }
.bench .views button { padding: 0.2rem 0.9rem; text-decoration: none; }
.bench .views button[aria-pressed=true] { background: var(--s0); font-weight: 650; }
@media (max-width: 700px) {
  .wide2, .wide3 { grid-column: 1 / -1; }
  .events { grid-auto-flow: row; grid-template-columns: minmax(0, 1fr); }
  .stHtml .what, .stHtml .event .word { min-height: 0; }
  [data-testid=stMainBlockContainer] { padding-left: 0.8rem; padding-right: 0.8rem; }
}
/* One measure for every page but the one with the live panel, which takes what there is. */
[data-testid=stMainBlockContainer]:not(:has(.bench)) { max-width: 1366px; margin-right: auto; margin-left: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.stHtml .part { margin-top: 0.6rem; } .parts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.3rem; }
.stHtml .parts .part { margin-top: 0; } .stHtml .lead { font-size: var(--t3); max-width: 90ch; }
.stHtml .part h3 { margin: 0.8rem 0 0.2rem; }
.stHtml .told li { padding: 0.16rem 0; max-width: 110ch; } .stHtml em { font-style: italic; font-weight: 600; }
.figure-rows { margin: 0.4rem 0; }
.figure-row { display: grid; grid-template-columns: minmax(8rem, 32rem) minmax(6rem, 1fr) minmax(6rem, 16rem);
  gap: 0.2rem 0.9rem; align-items: center; padding: 0.2rem 0; border-bottom: 1px solid var(--line); }
.figure-row .label { overflow-wrap: anywhere; } .figure-row small { color: var(--quiet); font-size: var(--t1); }
.figure-row .figure { font-variant-numeric: tabular-nums; }
@media (max-width: 600px) { .figure-row { grid-template-columns: minmax(0, 1fr) auto; }
  .figure-row .lane { grid-column: 1 / -1; grid-row: 2; } }
.lane { position: relative; display: block; height: 0.9rem; background: var(--soft); border-radius: 2px; }
.lane > * { position: absolute; top: 0.15rem; height: 0.6rem; box-sizing: border-box; }
.lane .up { background: var(--s2); } .lane .down { background: var(--s0); border: 1.5px solid var(--s2); }
.lane .band { background: var(--s1); } .lane > b { width: 2px; background: var(--ink); top: 0; height: 0.9rem; }
.lane > s { top: 0.75rem; height: 3px; background: var(--ink); }
.lexicon .lane { min-width: 14rem; margin-top: 0.2rem; }
.stHtml code { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: var(--t1);
  color: var(--ink); background: none; padding: 0; overflow-wrap: anywhere; }
.stHtml .lexicon tbody th[scope=row] { width: auto; }
.lane > u { width: 0.7rem; height: 0.7rem; margin-left: -0.35rem; top: 0.1rem; border-radius: 50%;
  background: var(--s3); }
.grid { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; }
.grid caption { text-align: left; font-size: var(--t1); padding-bottom: 0.3rem; }
.stHtml .grid th, .stHtml .grid td { border: 0; padding: 0.3rem 0.7rem; text-align: right; font-size: var(--t2);
  font-weight: 400; color: var(--ink); min-width: 3.6rem; }
.stHtml .grid th { color: var(--quiet); font-size: var(--t1); }
.stHtml .grid tbody td { background: color-mix(in srgb, var(--s1) var(--share), var(--paper)); }
.stHtml .grid .now { outline: 2px solid var(--ink); outline-offset: -2px; font-weight: 650; }
.stHtml .courses tbody td { width: 22%; }
.stHtml .ranking { margin: 0; padding-left: 1.4rem; } .ranking > li { padding: 0.5rem 0; }
.tall { max-height: 40rem; overflow: auto; border-bottom: 1px solid var(--line); }
.tall thead { position: sticky; top: 0; background: var(--paper); z-index: 1; }
.stHtml .roll th, .stHtml .roll td { font-size: var(--t1); padding-right: 0.7rem; }
.stHtml .roll thead th { vertical-align: bottom; font-size: 0.74rem; line-height: 1.2; white-space: normal; }
.stHtml .roll thead th[scope=colgroup], .stHtml .roll thead tr:first-child td { border-bottom: 0; text-align: right; }
.roll td:nth-child(2) { min-width: 15rem; } .roll td:nth-child(3) { min-width: 7.5rem; }
.roll td:nth-child(5) { min-width: 12rem; } .roll td > b, .roll td > q { display: block; }
.stHtml .roll .figure { min-width: 3.6rem; padding: 0.25rem 0.4rem; }
.stHtml .roll thead .figure { white-space: normal; max-width: 5.2rem; }
.stHtml .roll .chosen { background: var(--soft); font-weight: 650; color: var(--ink); }
.roll .out td { text-decoration: line-through; color: var(--quiet) !important; }
.densities { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0.8rem; }
.densities figure { margin: 0; } .densities figcaption { font-size: var(--t1); overflow-wrap: anywhere; }
.density { max-width: 100%; }
.density .density-before { fill: var(--s1); } .density .density-after { stroke: var(--s3); }
.stHtml .roll tbody th[scope=row] { width: 4rem; }
.spread { display: flex; align-items: flex-end; gap: 2px; height: 4rem; border-bottom: 1px solid var(--line); }
.spread i { flex: 1; background: var(--s2); min-height: 1px; }
.ends { display: flex; justify-content: space-between; } .ends small { color: var(--quiet); font-size: var(--t1); }
.stHtml .sheet td, .stHtml .sheet th { font-variant-numeric: tabular-nums; padding-right: 1.2rem; min-width: 5rem; }
.stHtml .sheet thead th { vertical-align: bottom; max-width: 12rem; }
.tall:has(.sheet) { max-height: 24rem; }
.densities figcaption { min-height: 2.6em; display: flex; align-items: end; flex-wrap: wrap; }
.sideways { overflow-x: auto; }
[data-testid=stMultiSelect] [data-testid=stWidgetLabel] ~ div span[aria-hidden=true] > * { color: var(--quiet); }
[data-tag-index], [data-tag-index] * { color: light-dark(#ffffff, #11181f) !important; }
[data-testid=stTopNavLink]:focus-visible, [data-testid=stSidebarNavLink]:focus-visible,
[data-testid=stTopNavSection]:focus-visible { outline: 3px solid var(--s3); outline-offset: 1px; }
[data-testid=stBaseButton-primary], [data-testid=stBaseButton-primary] * { color: light-dark(#ffffff, #11181f); }
.explained p { font-size: var(--t1); margin-top: 0.3rem; }
@media (forced-colors: active) {
  /* What a colour tells is told by the system's own colours, which bars and bands would lose. */
  :root { --ink: CanvasText; --quiet: CanvasText; --line: CanvasText; --edge: CanvasText; --paper: Canvas;
    --soft: Canvas; --s0: Canvas; --s1: GrayText; --s2: Highlight; --s3: CanvasText; --amber: CanvasText;
    --plum: CanvasText; --amber-soft: Canvas; }
  .scale, .scale *, .stacked, .stacked *, .lane, .lane *, .spread, .spread *, .ladder i, .key, .grid td, .net *,
  .density * { forced-color-adjust: none; }
  .stacked, .lane, .scale::before, .ladder i { outline: 1px solid CanvasText; }
  .scale::before { forced-color-adjust: none; }
  .scale .band { opacity: 1; } .scale .tick { width: 3px; }
  .stHtml .grid tbody td { background: Canvas; color: CanvasText; border: 1px solid GrayText; }
  .net .net-tint { fill: Canvas; fill-opacity: 0; }
  .net .net-wire { stroke: GrayText; } .net .net-head { fill: GrayText; }
  .key.finding { border: 2.5px solid CanvasText; } .key.forced { border: 2.5px dashed CanvasText; }
  .net .net-finding, .net .net-forced { stroke-width: 4; }
  [data-testid=stCheckbox] label > div:not([data-testid]) { outline: 1px solid CanvasText; }
  [data-testid=stCheckbox] label > div:not([data-testid]) > div { forced-color-adjust: none; background: CanvasText; }
}
"""

STYLE = Html(f"<style>{_STYLE}</style>")
