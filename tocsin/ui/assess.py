"""The page for what-ifs: evidence on the left, the answer on the right, both in one live panel.

The browser sends one event at a time (what was turned, by what) and the next one when the answer to it is there, so
that a dragged slider is answered as fast as the server can and no faster. An event carries a number; the server
remembers the last one it has applied, and a `gesture`, so that one drag is one step to undo.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypedDict, cast

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.language import outcomes
from tocsin.language.events import event as in_words
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.html import Html, element, joined
from tocsin.report.blocks import Picture
from tocsin.ui import access, answer_panel, cache, evidence, main, network_panel, scenarios, state, take_away
from tocsin.ui.evidence_panel import Curve, Order, panel, settable

KEY = "bench"
"""Of the component, and of what it sends in the session's state."""
_LAST_SEEN, _ORDER, _MOVING, _BY, _EDGE = "seen", "rows-order", "moving", "rows-by", "moved-edge"
_TAKEN = "taken-away"
_WORDS = ("set", "ask", "of", "value")

_PARTS = ("heading", "alert", "short", "cards", "evidence", "strip", "footing", "views", "view", "drawing", "figures")
"""The last two are the network, which `network.js` puts in its place."""

_HTML = """
<div class="bench stHtml">
  <div class="bench-top"><div data-part="heading"></div><div data-part="alert" aria-live="polite"></div>
    <ol class="first" hidden aria-label="How to begin"><li><b>Choose a scenario</b> at the top.</li>
      <li><b>Set what you know</b> in the bars: click a state, or drag a boundary.</li>
      <li><b>Read</b> the outcomes: a word, a number, a range.</li>
      <li><b>Ask why</b> under the card that you care about.</li>
      <li><button type="button" class="understood">Got it, hide this</button></li></ol>
    <div data-part="short"></div>
    <div data-part="cards"></div></div>
  <div class="bench-side" role="region" aria-label="Evidence">
    <input type="search" placeholder="Find a variable" aria-label="Find a variable" class="find">
    <div data-part="evidence"></div>
  </div>
  <div class="bench-rest"><div data-part="strip"></div><div data-part="footing"></div>
    <div data-part="views"></div><div class="net"></div><div data-part="view"></div></div>
</div>
"""

_SCRIPT = "".join(Path(__file__).with_name(name).read_text("utf-8") for name in ("charts.js", "network.js", "live.js"))
"""One module: what a component runs can import nothing from beside it."""

_component = st.components.v2.component("tocsin.live", html=_HTML, js=_SCRIPT, isolate_styles=False)


class Event(TypedDict, total=False):
    """What was done in the browser: a control turned (`set`, `of`, `value`), or something asked for (`ask`, `of`).

    moving: whether the gesture goes on. When it ends, `rest` is asked for, which does nothing but draw all again.
    """

    n: int
    gesture: int
    moving: bool
    set: str
    ask: str
    of: str
    value: str


def page() -> None:
    """The scenario's bar, the live panel, and the statements behind a variable where they are asked for."""
    model = scenarios.load_model()
    if model is None:
        return
    event = _unseen()
    if event is not None:
        _do(model, event)
    # After the event, so that the whole page tells of one and the same scenario.
    scenarios.bar(model)
    if event is not None:
        st.session_state[_MOVING] = event.get("moving", False)
    _panel(model, st.session_state.get(_MOVING, False))
    if state.looks_behind():
        from tocsin.ui import trails

        trails.dialog(model)


def _panel(model: Model, moving: bool) -> None:
    """Evidence and answer. moving: a boundary is being dragged, so that what costs time has to wait."""
    refused = answered(model)
    answer, scenario = state.last_good(), state.scenario()
    outcome = state.chosen_outcome(model)
    order, about = st.session_state.get(_ORDER, (None, ""))
    if moving and order is not None:
        # The chosen outcome too stays while something is dragged.
        outcome = about
    else:
        order = _order(model, outcome)
        st.session_state[_ORDER] = order, outcome
    curve = None if refused or answer is None else _curve(model, answer, outcome)
    parts = {"evidence": panel(model, scenario, state.start(), answer, order, curve)}
    if refused or state.trouble():
        parts["alert"] = answer_panel.alert(model, scenario, refused or state.trouble() or "", answer)
    if answer is not None:
        parts |= _results(model, answer, outcome)
        cause = "" if moving else _cause(model, scenario, outcome)
        short = f"{outcomes.in_short(model.records, outcome, answer.outcomes[outcome])}{cause}."
        parts["short"] = element("p", short, class_="short")
    _put(parts)


def _order(model: Model, outcome: str) -> Order:
    """The order of the rows as the scenario is now."""
    scenario = state.scenario()
    pinned = tuple(name for name in settable(model) if name in scenario.evidence or name in scenario.forced)
    if st.session_state.get(_BY) == "model":
        return Order(pinned)
    with suppress(TocsinError):
        return Order(pinned, cache.telling(model, scenario, outcome), in_words(model.records, outcome, style="noun"))
    return Order(pinned)


def _cause(model: Model, scenario: Scenario, outcome: str) -> str:
    """What moved the outcome most; nothing where the answer is none or is weighed by judgements too."""
    if scenario.reconcile:
        return ""
    with suppress(TocsinError):
        return cache.main_cause(model, scenario, outcome)
    return ""


PLACES = range(0, 101, 5)
"""Of a boundary, in percent, at which a curve is computed."""


def _curve(model: Model, answer: Assessment, outcome: str) -> Curve | None:
    """How the outcome follows the boundary that was moved last, as long as its belief is what that move made it.

    start: the shares with which its gesture began.
    """
    name, edge, start = st.session_state.get(_EDGE, ("", 0, {}))
    scenario, variable = state.scenario(), model.records.variables.get(name)
    shares = evidence.setting(scenario, name, variable).shares if variable else {}
    place = sum(list(shares.values())[: edge + 1])
    if not shares or scenario.reconcile or shares != evidence.traded(start, edge, place):
        return None
    beliefs = tuple(tuple(p / 100 for p in evidence.beyond(start, edge, place)) for place in PLACES)
    # Without the belief itself, so that the curve is worked out once while its boundary is dragged.
    rest = {other: findings for other, findings in scenario.evidence.items() if other != name}
    with suppress(TocsinError):
        p = cache.response(model, scenario.model_copy(update={"evidence": rest}), name, beliefs, outcome)
        return Curve(name, in_words(model.records, outcome, style="noun"), p, place, answer.outcomes[outcome].p)
    return None


def answered(model: Model) -> str | None:
    """Answer the session's scenario; why not, where that cannot be."""
    try:
        state.keep(cache.answer(model, state.scenario()))
    except TocsinError as error:
        if state.last_good() is None:
            # A link or a file may begin with what cannot be.
            with suppress(TocsinError):
                state.keep(cache.answer(model, state.presets()[0]))
        return str(error)
    return None


def _do(model: Model, event: Event) -> None:
    """What the event says."""
    of = event.get("of", "")
    st.session_state[_TAKEN] = of if event.get("ask") == "take" else ""
    if event.get("ask") not in ("rest", "take") and not event.get("set", "").startswith("edge:"):
        st.session_state.pop(_EDGE, None)
    if "set" in event:
        _turn(model, event)
        return
    match event.get("ask"):
        case "behind" if of in model.records.variables:
            state.look_behind(of)
        case "restore" if of in model.records.variables:
            state.restore(model, of)
        case "clear" if of in model.records.variables:
            state.set_variable(model, of, evidence.Setting())
        case way if way in answer_panel.WAYS and of in model.records.events:
            state.choose_outcome(of)
            main.go(way)
        case "outcome" if of in model.records.events:
            state.choose_outcome(of)
        case "order":
            st.session_state[_BY] = of
        case "undo":
            state.undo()
        case "redo":
            state.redo()
        case "reset":
            state.reset()
        case "view":
            state.show(of)
        case _:
            pass


def _turn(model: Model, event: Event) -> None:
    """One control turned."""
    name, answer, gesture = event.get("of", ""), state.last_good(), event.get("gesture", 0)
    variable = model.records.variables.get(name)
    if variable is None:
        return
    stands = {value: 1 / len(variable.states) for value in variable.states}
    # Where the gesture began: the answers in the middle of it may be none.
    with suppress(TocsinError):
        answer = cache.answer(model, state.before(gesture))
    if answer is not None:
        stands = {value: estimate.p for value, estimate in answer.variables[name].items()}
    now = evidence.setting(state.before(gesture), name, variable)
    try:
        turned = evidence.turned(now, variable, event["set"], event.get("value", ""), stands)
    except (ValueError, KeyError, StopIteration, IndexError, OverflowError):
        # Nothing that our own page sends.
        return
    state.set_variable(model, name, turned, gesture)
    if event["set"].startswith("edge:"):
        shares = evidence.shares_of(now, variable, stands)
        st.session_state[_EDGE] = name, int(event["set"].removeprefix("edge:")), shares


def _results(model: Model, answer: Assessment, outcome: str) -> dict[str, Html]:
    taken = partial(_take_away, model, answer)
    parts = {
        "heading": joined([answer_panel.heading(model, answer, state.scenario()), _steps()]),
        "cards": answer_panel.cards(model, answer, outcome),
        "strip": answer_panel.strip(model, answer, outcome),
        "footing": joined([answer_panel.footing(model, answer), taken(OUTCOMES)]),
        "views": _views(),
    }
    if state.view() == "Every variable":
        return parts | {"view": answer_panel.every_variable(model, answer, taken)}
    return parts | {
        "drawing": cache.network(model),
        "figures": Html(network_panel.figures(model, answer, outcome)),
        "view": joined([network_panel.legend(model, outcome), taken(NETWORK)]),
    }


OUTCOMES, NETWORK = "Chart of outcomes", "Network"
_UNFILLED = {title: take_away.unfilled(title) for title in (OUTCOMES, NETWORK, *answer_panel.ROLES.values())}


def _take_away(model: Model, answer: Assessment, title: str, block: Picture | None = None) -> Html:
    """The menu of a chart; its files are made when it is unfolded, since a drag would wait for them."""
    if not access.allows("export"):
        return Html()
    if st.session_state.get(_TAKEN) != title:
        return _UNFILLED[title]
    if block is None:
        from tocsin.report import charts
        from tocsin.report.subject import unexplained

        subject = unexplained(model, answer.scenario)
        block = charts.network(subject) if title == NETWORK else charts.outcome_chart(subject)
    return take_away.menu(answer.scenario.model, answer.scenario.scenario, block, title)


def _steps() -> Html:
    """Undo, redo, reset, and whether the scenario is kept anywhere."""
    mark = Html() if state.is_saved() else element("span", "not saved", class_="mark", role="status")
    buttons = (
        ("Undo", "undo", state.can_undo()),
        ("Redo", "redo", state.can_redo()),
        ("Reset", "reset", state.is_changed()),
    )
    drawn = (
        element("button", text, type="button", data_ask=ask, disabled=None if can else "") for text, ask, can in buttons
    )
    return element("div", *drawn, mark, class_="steps")


def _views() -> Html:
    buttons = (
        element(
            "button",
            view,
            type="button",
            data_ask="view",
            data_of=view,
            aria_pressed="true" if view == state.view() else "false",
        )
        for view in state.VIEWS
    )
    chosen = "yes" if state.view_is_chosen() else None
    return element("div", *buttons, class_="views", role="group", aria_label="Show", data_chosen=chosen)


def _unseen() -> Event | None:
    """The event that was not seen yet, once."""
    sent = st.session_state.get(KEY)
    found = sent.get("event") if isinstance(sent, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(found.get("n"), int) or found["n"] <= _seen():
        return None
    st.session_state[_LAST_SEEN] = found["n"]
    content: dict[str, Any] = {key: str(found[key]) for key in _WORDS if found.get(key) is not None}
    gesture = found.get("gesture")
    content |= {"n": found["n"], "gesture": gesture if isinstance(gesture, int) else 0}
    content["moving"] = found.get("moving") is True
    return cast(Event, content)


def _seen() -> int:
    """The number of the last event applied."""
    number: int = st.session_state.get(_LAST_SEEN, 0)
    return number


def _put(parts: Mapping[str, Html]) -> None:
    """Put the parts on the page; those left out are empty."""
    # Flat, since Streamlit looks for data frames in what is nested, and loads pandas for that.
    content: dict[str, str | int] = {name: str(parts.get(name, "")) for name in _PARTS}
    _component(key=KEY, data=content | {"seen": _seen()}, on_event_change=_nothing)


def _nothing() -> None:
    """The event is read by the run itself."""
