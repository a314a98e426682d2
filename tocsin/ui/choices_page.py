"""The page that sets the options of a choice side by side, with a slider for each cost and stake.

Where a stake goes is answered from the chances that are known already: losses are a product of both, so that no
slider asks the engine anything. The browser sends all values at once (`choices.js`), numbered, and the next ones when
the answer to these is there; applied twice they do no harm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from tocsin.choices.comparison import compare_options
from tocsin.errors import BadInput, TocsinError
from tocsin.files.choice_files import choice_files, load_choice
from tocsin.language import choices as words
from tocsin.model import Model
from tocsin.records import Choice, Scenario
from tocsin.render.html import Html, element, fragments, joined, nothing
from tocsin.report import choices as report
from tocsin.report.blocks import Item, Items, Paragraph, Picture, Subheading
from tocsin.report.compose import compose
from tocsin.ui import access, cache, downloads, scenarios, stakes, state, take_away
from tocsin.ui.downloads import YAML, File
from tocsin.ui.evidence import chips
from tocsin.ui.widgets import alert, choice, section, show

KEY = "choosing"
"""Of the component, and of what it sends in the session's state."""
_BOX, _HELD, _RESTED = "choice-box", "amounts-held", "choice-rested"
_PARTS = ("short", "about", "would", "sliders", "charts", "plan", "options", "turns", "knowledge", "reasons")
_HTML = """
<div class="choosing stHtml">
  <div data-part="short" aria-live="polite"></div><div data-part="about"></div><div data-part="would"></div>
  <div class="choosing-side" role="region" aria-label="Costs and stakes">
    <h2>Costs and stakes</h2>
    <p class="quiet">Move one to see what it decides. What is not moved keeps its range.</p>
    <button type="button" class="as-filed">All as in the file</button>
    <div data-part="sliders"></div>
  </div>
  <div data-part="charts"></div><div data-part="plan"></div><div data-part="options"></div><div data-part="turns"></div>
  <div data-part="knowledge"></div><div data-part="reasons"></div>
</div>
"""
_component = st.components.v2.component(
    "tocsin.choosing",
    html=_HTML,
    js=f"{take_away.SCRIPT}\n{Path(__file__).with_name('choices.js').read_text('utf-8')}",
    isolate_styles=False,
)


def page() -> None:
    """One of the model's choices under the session's scenario."""
    model = scenarios.begin_page()
    if model is None:
        return
    show(joined([element("h1", "Choices"), chips(state.scenario(), model.records)]))
    known = _known(model)
    if not known:
        show(_how_to_begin(model))
        return
    titles = {name: f"{found.name} ({found.whose})" for name, found in known.items()}
    name = choice("Choice", titles, _BOX, width=640)
    _panel(model, name, known[name])


def _known(model: Model) -> dict[str, Choice]:
    """The model's choices by the names of their files; what is wrong with others is told."""
    found = {}
    for name, path in choice_files(cache.folder_of(model)).items():
        try:
            found[name] = _load(model, path)
        except (BadInput, OSError) as error:
            show(alert(f"The choice “{name}” cannot be used.", str(error)))
    return found


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=cache.BY_CONTENT)
def _load(model: Model, path: Path) -> Choice:
    return load_choice(path, model.records)


EXAMPLE = """choice: my-choice
model: {model}
whose: who chooses
options:
  wait: {{}}
  act:
    forced: {{{variable}: {state}}}
    cost: {{range: [2, 8], because: What it takes.}}
stakes:
  - when: {{{outcome}: {worst}}}
    loss: {{range: [60, 140], because: What it would cost.}}
"""


def _how_to_begin(model: Model) -> Html:
    """What a choice file is, with one that fits the model."""
    name, variables = model.name, model.records.variables
    acted = next((v for v, record in variables.items() if record.role == "action"), next(iter(variables)))
    outcome, states = next(iter(model.records.events.items()))
    text = EXAMPLE.format(
        model=name, variable=acted, state=variables[acted].states[0], outcome=outcome, worst=states[-1]
    )
    where = f"A choice says what can be done and what outcomes would cost. Write it as choices/{name}/my-choice.yaml:"
    return section(
        "No choice file yet",
        element("p", where),
        element("pre", element("code", text), tabindex=0),
        element("p", "Then it stands on this page. docs/choices.md tells every key.", class_="quiet"),
    )


def _panel(model: Model, name: str, filed: Choice) -> None:
    """Sliders and what they come to."""
    scenario, event = state.scenario(), _event()
    held: dict[str, dict[str, float]] = st.session_state.setdefault(_HELD, {})
    own = f"{model.name}/{name}"
    if event.get("of") == own:
        held[own] = stakes.accepted(filed, event.get("values"))
    values = {key: value for key, value in held.get(own, {}).items() if key in dict(filed.amounts())}
    try:
        parts = _results(model, scenario, stakes.held(filed, values), event.get("moving") is True)
    except TocsinError as error:
        parts = {"short": alert("No answer to this scenario. Change it on the page Assess.", str(error))}
    parts["sliders"] = stakes.sliders(model.records, filed)
    parts["reasons"] = section("Why these amounts", fragments([report.stakes_table(model.records, filed)]))
    content: dict[str, str | int] = {part: str(parts.get(part, "")) for part in _PARTS}
    number = event.get("n")
    content |= {"seen": number if isinstance(number, int) else 0, "of": own, "values": json.dumps(values)}
    _component(key=KEY, data=content, on_event_change=_nothing)
    chosen = stakes.held(filed, values)
    # What is held at a value stands so in the file and the briefing.
    downloads.files(File("The choice as YAML", f"{filed.choice}.yaml", YAML, lambda: stakes.as_yaml(chosen)))
    downloads.offered(
        f"{scenario.scenario}_{filed.choice}",
        model,
        lambda options: compose(cache.explained(model, scenario), replace(options, choice=chosen)),
    )


def _results(model: Model, scenario: Scenario, chosen: Choice, moving: bool) -> dict[str, Html]:
    """The parts; those that take longer stay as they were while something is moved."""
    found = compare_options(model, scenario, chosen)
    filled = take_away.of(model.name, f"{chosen.choice}_{scenario.scenario}")
    below = (_unfilled if moving else filled) if access.allows("export") else nothing
    losses, best = report.losses_chart(chosen, found), report.shares_chart(chosen, found)
    charts = (section(chart.label, fragments([chart], below)) for chart in (losses, best))
    remarks = Items(tuple(Item(text) for text in report.remarks(model.records, chosen, found)))
    heading = Paragraph(report.heading(chosen, scenario, model.records))
    parts = {
        "short": element("p", words.decision(chosen, found), class_="short"),
        "about": fragments([heading]),
        "charts": joined(charts),
        "options": section("Options", fragments([report.options_table(chosen, found), remarks])),
    }
    if moving:
        before: dict[str, Html] = st.session_state.get(_RESTED, {})
        return parts | {name: element("div", part, class_="stale") for name, part in before.items()}
    rested = _rested(report.choose(model, scenario, chosen), below)
    st.session_state[_RESTED] = rested
    return parts | rested


def _rested(answer: report.ChoiceAnswer, below: Callable[[Picture], Html]) -> dict[str, Html]:
    """What would decide otherwise, what knowing more is worth, and a plan where there are two steps."""
    chart = report.knowledge_chart(answer)
    drawn = {
        "would": [report.what_would(answer)],
        "turns": report.turn_blocks(answer),
        "knowledge": (*([] if chart is None else [chart]), *report.knowledge_blocks(answer)),
        "plan": []
        if answer.planned is None
        else report.plan_blocks(answer.model.records, answer.choice, answer.planned),
    }
    titles = {"plan": "A first step, and what is best after it"}
    parts = {}
    for name, blocks in drawn.items():
        title, held = titles.get(name, ""), []
        for block in blocks:
            if isinstance(block, Subheading):
                title = block.text
            else:
                held.append(block)
        shown = fragments(held, below)
        parts[name] = section(title, shown) if title and held else shown
    return parts


def _unfilled(block: Picture) -> Html:
    """The menu of a chart while something is moved: its files would hold up the next answer."""
    return take_away.unfilled(getattr(block, "label", ""))


def _event() -> Mapping[str, Any]:
    sent = st.session_state.get(KEY)
    event = sent.get("event") if isinstance(sent, Mapping) else None
    return event if isinstance(event, Mapping) else {}


def _nothing() -> None:
    """The event is read by the run itself."""
