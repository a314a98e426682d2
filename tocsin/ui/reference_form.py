"""The form of a number's reference: an interval to be dragged or typed, or events in an exposure, with a reason.

What is in the form is the number's content in the file, whether it passes or not; what is refused stands at its field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError

from tocsin.elicitation.parameter_priors import interval
from tocsin.language.numbers import percent
from tocsin.records import ModelRecords
from tocsin.records.families import DAYS, Assumption, BaseRate, Quantity
from tocsin.records.parameters import Parameter, takes_base_rate, ways
from tocsin.render.html import element
from tocsin.ui import editing
from tocsin.ui.judgement_form import UNWRITTEN
from tocsin.ui.widgets import several, show

COUNTED = "base_rate"
ROUND = "round-of-"
"""Key of how often a form has begun anew."""
WAYS = {
    "range": "an interval of the chance",
    "ratio": "an interval of the factor on the odds",
    "strength": "an interval of the strength",
    "value": "a fixed value",
    COUNTED: "a count of events",
}
"""How a reference may be given, as it is chosen."""
_FINE = (0, *(k / 10 for k in range(1, 10)), *(k / 2 for k in range(2, 20)))
_CHANCES = (*_FINE, *range(10, 91), *(100 - k for k in reversed(_FINE)))
_LARGE = (1.1, 1.2, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50)
_RATIOS = (0.02, 0.05, *(k / 10 for k in range(1, 11)), *_LARGE)
_STRENGTHS = tuple(k / 20 for k in range(-19, 20))
SCALES: Mapping[str, tuple[float, ...]] = {"range": _CHANCES, "ratio": _RATIOS, "strength": _STRENGTHS}
"""Where the ends of an interval stop: fine where a small difference is a large one on the number's line."""
_TICKS: Mapping[str, tuple[float, ...]] = {
    "range": (0.1, 1, 10, 50, 90, 99, 99.9), "ratio": (0.05, 0.2, 1, 5, 20), "strength": (-0.9, -0.5, 0, 0.5, 0.9),
}  # fmt: skip
_HTML = """
<div class="interval stHtml" role="group">
  <div class="interval-track"><svg viewBox="0 0 400 64" preserveAspectRatio="none" aria-hidden="true"><path/></svg>
    <div class="interval-rule"></div><div class="interval-band"></div>
    <span class="interval-end" role="slider" tabindex="0"></span>
    <span class="interval-end" role="slider" tabindex="0"></span></div>
  <div class="interval-ticks" aria-hidden="true"></div>
  <div class="interval-boxes"><label> <input type="number"></label><label> <input type="number"></label></div>
</div>
"""
_interval = st.components.v2.component(
    "tocsin.interval", html=_HTML, js=Path(__file__).with_name("interval.js").read_text("utf-8"), isolate_styles=False
)
_FIRST: Mapping[str, tuple[float, float]] = {"range": (20.0, 60.0), "ratio": (1.5, 4.0), "strength": (0.1, 0.5)}
"""What a new interval begins with; nothing is kept before a reason is given."""


@dataclass(frozen=True)
class ReferenceEntry:
    """What is in the form. content: keys of the number as the file has them, None for what goes."""

    content: dict[str, Any]
    places: dict[str, Any] = field(default_factory=dict)
    """Per field, such as `assume.range`, where its refusal is to be shown."""

    @property
    def given(self) -> dict[str, Any]:
        """The reference alone, as a new number has it."""
        return {key: value for key, value in self.content.items() if value is not None}

    @property
    def has_reason(self) -> bool:
        """Whether it says why, or where a count comes from."""
        return all(value.get("because") or value.get("cite") for value in self.given.values())

    @property
    def stand_in(self) -> dict[str, Any]:
        """As `given`, with something where a reason is not written yet, so that one sees what the number does."""
        return {
            key: {part: UNWRITTEN if text == "" else text for part, text in value.items()}
            for key, value in self.given.items()
        }

    def says(self, held: Quantity) -> bool:
        """Whether the form says what the number says now."""
        try:
            return Quantity.model_validate({"statements": held.statements, "shared": held.shared, **self.given}) == held
        except ValidationError:
            return False


def reference_form(key: str, number: Parameter, held: Quantity | None, records: ModelRecords) -> ReferenceEntry:
    """The reference of one number; held: as it is now."""
    allowed = [*ways(number), *([COUNTED] if takes_base_rate(number) else [])]
    now = held.reference if held is not None else None
    first = _way_of(now) if now is not None else allowed[0]
    way = kept(st.segmented_control, "The reference is", f"{key}-way", first, options=allowed, format_func=WAYS.get)
    form = _count if way == COUNTED else _assumption
    return form(key, way, now, records)


def _way_of(reference: Assumption | BaseRate) -> str:
    if isinstance(reference, BaseRate):
        return COUNTED
    return next(way for way in ("range", "ratio", "strength", "value") if getattr(reference, way) is not None)


def kept(widget: Callable[..., Any], label: str, key: str, first: Any, **look: Any) -> Any:
    """A widget that begins with a value and keeps what a reader sets, also on the way to other pages and back."""
    if key not in st.session_state:
        st.session_state[key] = first
    return widget(label, key=key, persist_state="session", **look)


# --------------------------------------------------------------------------------------------------------- assumption
def _assumption(key: str, way: str, now: Assumption | BaseRate | None, records: ModelRecords) -> ReferenceEntry:
    held = now if isinstance(now, Assumption) else None
    places: dict[str, Any] = {}
    if way == "value":
        first = held.value if held is not None and held.value is not None else 1.0
        value = kept(st.number_input, "Value", f"{key}-value", first, min_value=0.0, width=160)
        content: dict[str, Any] = {"value": value}
    else:
        content = {way: _ends(key, way, getattr(held, way, None))}
    places[f"assume.{way}"] = st.container()
    because = kept(st.text_area, "Because", f"{key}-because", held.because if held else "", height=80)
    places["assume.because"] = st.container()
    content["because"] = because.strip()
    places["assume"] = st.container()
    content |= _informed(key, held.cites if held else (), records)
    return ReferenceEntry({"assume": content, "base_rate": None}, places)


def _ends(key: str, way: str, held: tuple[float, float] | None) -> list[Any]:
    """Two ends on the number's own line, dragged, moved by keys or typed; four in five of belief lie between them."""
    times = 100 if way == "range" else 1
    first = [round(times * end, 6) for end in held] if held else list(_FIRST[way])
    name = f"{key}-{way}"
    low, high = _numbers(st.session_state.get(name)) or first
    _interval(
        key=name,
        data={
            "label": "four in five of belief lie between these", "ends": ("Lower end", "Upper end"),
            "line": way, "low": low, "high": high, "stops": SCALES[way], "ticks": _TICKS[way],
            "unit": " in %" if way == "range" else "", "round": st.session_state.get(f"{ROUND}{key}", 0),
        },
        # What was dragged is read by the run itself.
        on_ends_change=lambda: None,
    )  # fmt: skip
    return [_written(way, end) for end in (low, high)]


def _numbers(sent: Any) -> list[float] | None:
    """Two ends, if that is what the browser sent."""
    ends = sent.get("ends") if isinstance(sent, Mapping) else None
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        return None
    return [float(end) for end in ends] if all(isinstance(end, int | float) and isfinite(end) for end in ends) else None


def _written(way: str, end: float) -> Any:
    return f"{end:.6g}%" if way == "range" else float(f"{end:.6g}")


def _informed(key: str, held: Sequence[str], records: ModelRecords) -> dict[str, Any]:
    """Statements that informed the reference without setting it; nothing where the model has none."""
    cited = {statement.id: f"{statement.id}: {statement.claim}" for statement in records.statements}
    if not cited:
        return {}
    st.session_state.setdefault(f"{key}-cites", list(held))
    chosen = several("Informed by", cited, f"{key}-cites", placeholder="No statement", wrap=True)
    return {"cites": chosen} if chosen else {}


# --------------------------------------------------------------------------------------------------------- base rate
def _count(key: str, way: str, now: Assumption | BaseRate | None, records: ModelRecords) -> ReferenceEntry:
    held = now if isinstance(now, BaseRate) else None
    places: dict[str, Any] = {}
    events, length, unit = st.columns(3, gap="small")
    length_now, unit_now = held.exposure.split() if held else ("12", "months")
    happened = kept(
        events.number_input, "Events", f"{key}-events", float(held.events) if held else 0.0, min_value=0.0, step=1.0,
        format="%g",
    )  # fmt: skip
    watched = kept(length.number_input, "Watched for", f"{key}-length", float(length_now), min_value=0.0, format="%g")
    units = [f"{name}s" for name in DAYS]
    of = kept(unit.selectbox, "Unit", f"{key}-unit", f"{unit_now.removesuffix('s')}s", options=units)
    places["base_rate.events"] = places["base_rate.exposure"] = st.container()
    cite = kept(st.text_area, "Where the count comes from", f"{key}-cite", held.cite if held else "", height=80)
    places["base_rate.cite"] = st.container()
    because = kept(st.text_area, "Why this class of events", f"{key}-class", (held and held.because) or "", height=80)
    places["base_rate.because"] = st.container()
    label = "The chance is of at least so many events"
    least = kept(st.number_input, label, f"{key}-least", held.count if held else 1, min_value=1)
    places["base_rate.at_least"] = st.container()
    label, like = "How far the class is like the case", held.power if held else 1.0
    power = kept(
        st.number_input, label, f"{key}-power", like, min_value=min(0.05, like), max_value=1.0, step=0.05, format="%g",
        help="At 0.5 its events and its exposure count half.",
    )  # fmt: skip
    places["base_rate.power"] = places["base_rate"] = st.container()
    content: dict[str, Any] = {
        "events": int(happened) if happened == int(happened) else happened,
        "exposure": f"{watched:g} {of if watched != 1 else of.removesuffix('s')}",
        "cite": cite.strip(),
    }
    if because.strip():
        content["because"] = because.strip()
    if power < 1:
        content["power"] = power
    if least > 1:
        content["at_least"] = least
    if held is not None and held.of is not None:
        content["of_at_least"] = held.of
    _implied(content, records)
    content |= _informed(key, held.cites if held else (), records)
    return ReferenceEntry({"assume": None, "base_rate": content}, places)


def _implied(content: Mapping[str, Any], records: ModelRecords) -> None:
    """What a count says of the chance over the horizon, as soon as it says something."""
    try:
        rate = BaseRate.model_validate({**content, "cite": content["cite"] or "?", "because": "?"})
    except ValidationError:
        return
    days = records.file.horizon.days
    low, high = map(percent, interval(rate, days, records.scales.cover))
    show(element("p", f"Over the {days} days of the horizon that is {low} to {high}.", role="status"))


def forget(key: str) -> None:
    """Take out what is in a form, so that it begins anew with what the file has."""
    editing.drop(key)
    st.session_state[f"{ROUND}{key}"] = st.session_state.get(f"{ROUND}{key}", 0) + 1
    for name in [name for name in st.session_state if isinstance(name, str) and name.startswith(f"{key}-")]:
        del st.session_state[name]
