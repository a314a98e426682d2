"""Fields of a form, each with a place for what is refused, and those that tell what a statement says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from tocsin.records import ModelRecords
from tocsin.ui.widgets import choice, plain, several

Content = dict[str, Any]
"""What a file says of something: texts, numbers, lists and mappings."""

NEW, OWN = "+", "-"
"""Of a choice: what is not in the model yet; nothing, where something may be left out."""
SAYS = {
    "probability": "how likely something is",
    "more_likely": "that one thing is more likely than another",
    "influence": "that one thing makes another more or less likely",
    "qualifies": "how far other statements hold",
    "reports": "a fact",
    "context": "background, which sets nothing",
}
_BEARING = {
    "judges": {"direct": "about the number itself", "near": "about something near to it"},
    "reports": {"direct": "the very thing", "indirect": "a sign of it", "weak": "a remote sign of it"},
}
EARLIEST = date(1800, 1, 1)
"""The first day that may be entered; without it, those of the last ten years alone may."""
UNWRITTEN = "…"
"""What stands for a text that is still to be written, while one looks at what the statement does."""


@dataclass
class Fields:
    """The fields of a form, each with a place below it for what is refused.

    key: what the keys of its widgets begin with. base: what the fields begin with.
    """

    key: str
    records: ModelRecords
    base: Content
    places: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """What is still to be given, in words."""

    def refused_at(self, name: str) -> Any:
        """The place for what is refused of a field of the content."""
        return self.places.get(name.partition(".")[0].partition("[")[0])

    def _key(self, name: str) -> str:
        return f"{self.key}-{name}"

    def _place(self, *names: str) -> None:
        place = st.container()
        self.places |= dict.fromkeys(names, place)

    def _asked(self, value: Any, what: str) -> Any:
        if value in (None, "", []):
            self.missing.append(what)
        return value

    def _text(self, label: str, name: str, hint: str = "", lines: int = 1, base: str | None = None) -> str:
        begins = str(self.base.get(name, "")) if base is None else base
        look: Content = {"key": self._key(name), "placeholder": hint, "persist_state": "session"}
        text: str | None
        if lines > 1:
            text = st.text_area(label, begins, height=34 * lines, **look)
        else:
            text = st.text_input(label, begins, **look)
        self._place(name)
        return str(self._asked((text or "").strip(), f"the {re.split('[,:]', label)[0].lower()}")) or UNWRITTEN

    def _one_of(self, label: str, titles: Mapping[Any, str], name: str, now: Any, **look: Any) -> Any:
        index = list(titles).index(now) if now in titles else None
        return choice(label, titles, self._key(name), index=index, **look)

    def _any_of(self, label: str, titles: Mapping[str, str], name: str, base: Sequence[str], **look: Any) -> list[str]:
        key = self._key(name)
        # Not as the widget's default, which it may not have beside a value that was taken over from another run.
        st.session_state.setdefault(key, [entry for entry in base if entry in titles])
        return several(label, titles, key, **look)

    def _number(self, label: str, name: str, base: float | None, scale: int, place: Any) -> float | None:
        """A number, of percents as a share; one that was not touched stays what it is in the file."""
        shown = None if base is None else round(scale * float(base), 6)
        # A ratio of a file may be larger than one that is entered.
        most = 100.0 if scale == 100 else max(1000.0, shown or 0.0)
        entered = place.number_input(label, 0.0, most, shown, key=self._key(name), persist_state="session", format="%g")
        if entered is None:
            return None
        return base if entered == shown else round(float(entered) / scale, 8)


class JudgementForm(Fields):
    """What a statement says: judgements, a fact, or background."""

    def _kind(self) -> str | None:
        """What it says, though the field for that stands further down."""
        kind: str | None = st.session_state.get(self._key("says"), kind_of(self.base))
        return kind

    def _says(self) -> Content:
        kind = self._one_of("What it says", SAYS, "says", kind_of(self.base), placeholder="A judgement, or a fact")
        self._place("judges", "reports", "context", "bearing", "observed_on")
        if kind is None:
            self._asked(None, "what it says")
            return {}
        if kind == "context":
            titles = {name: variable.title for name, variable in self.records.variables.items()}
            chosen = self._any_of("Of what", titles, "context", self.base.get("context", []))
            context = self._asked(chosen, "of what it is the background")
            return {"context": context, "bearing": self.base.get("bearing"), **self._observed()}
        if kind == "reports":
            return {
                "reports": self._asked(
                    self._condition("What is so", "reports", self.base.get("reports", {})), "what is so"
                ),
                **self._bearing("reports"),
                **self._observed(),
            }
        given = self.base.get("judges", {})
        held: Sequence[Content] = given if isinstance(given, list) else [given]
        counted = self._key("judgements")
        count = st.session_state.setdefault(counted, len(held))
        judges = [
            self._judgement(kind, position, held[position] if position < len(held) else {}) for position in range(count)
        ]
        self._more(counted, count)
        content = [judgement for judgement in judges if judgement]
        self._asked(content if len(content) == count else None, "of what it is said")
        return {"judges": content[0] if len(content) == 1 else content, **self._bearing("judges")}

    def _more(self, counted: str, count: int) -> None:
        with st.container(horizontal=True):
            if st.button("The same words of something else too", key=f"{counted}-more", type="tertiary"):
                st.session_state[counted] = count + 1
                st.rerun()
            if count > 1 and st.button("Take the last one away", key=f"{counted}-less", type="tertiary"):
                st.session_state[counted] = count - 1
                st.rerun()

    def _judgement(self, kind: str, position: int, base: Content) -> Content:
        name = f"judges-{position}"
        with st.container(border=True, key=self._key(name)):
            if kind == "qualifies":
                others = {
                    other.id: f"{other.id}: {other.claim}"
                    for other in self.records.statements
                    if other.id != self.base.get("id")
                }
                chosen = self._any_of("Which statements", others, f"{name}-qualifies", base.get("qualifies", []))
                return {"qualifies": chosen} if chosen else {}
            if kind == "more_likely":
                first = self._event("More likely", f"{name}-more", base.get("more_likely", {}))
                second = self._event("than", f"{name}-than", base.get("than", {}))
                return {"more_likely": first, "than": second} if first and second else {}
            if kind == "influence":
                return self._influence(name, base.get("influence", {}))
            event = self._event("How likely is it that", f"{name}-event", base.get("probability", {}))
            given = self._condition(
                "if it is supposed that", f"{name}-given", base.get("given", {}), of=next(iter(event), None)
            )
            days = st.number_input(
                "Within how many days, if not the model's horizon", 1, None, base.get("horizon_days"),
                key=self._key(f"{name}-days"), persist_state="session",
                placeholder=f"{self.records.file.horizon.days:g}",
            )  # fmt: skip
        found: Content = {"probability": event, "given": given, "horizon_days": days}
        return {key: value for key, value in found.items() if value} if event else {}

    def _influence(self, name: str, base: Content) -> Content:
        cause = self._event("That", f"{name}-cause", base.get("from", {}))
        versus: Content = {}
        if cause:
            (variable,) = cause
            states = self._labels(variable)
            held = base.get("versus", {}).get(variable, [])
            hint = "the table's reference state"
            chosen = self._any_of(
                "instead of", states, f"{name}-versus-{variable}", listed_states(held), placeholder=hint
            )
            versus = {variable: short(chosen)} if chosen else {}
        first, second = st.columns(2, gap="small")
        with first:
            direction = self._one_of(
                "Whether it makes it more likely",
                {"raises": "makes more likely", "lowers": "makes less likely"},
                f"{name}-direction",
                base.get("direction", "raises"),
                label_visibility="collapsed",
            )
        with second:
            strengths = {OWN: "as the words are read", "weak": "a little", "moderate": "clearly", "strong": "strongly"}
            strength = self._one_of(
                "By how much", strengths, f"{name}-strength", base.get("strength", OWN), label_visibility="collapsed"
            )
        to = self._event("that", f"{name}-to", base.get("to", {}))
        if not (cause and to):
            return {}
        found = {"from": cause, "versus": versus, "to": to, "direction": direction, "strength": unless_own(strength)}
        return {"influence": {key: value for key, value in found.items() if value}}

    def _event(self, label: str, name: str, base: Content) -> Content:
        """States of one variable."""
        titles = {key: variable.title for key, variable in self.records.variables.items() if variable.role != "index"}
        first, second = st.columns([1.2, 1], gap="small", vertical_alignment="bottom")
        with first:
            variable = self._one_of(
                label, titles, name, next(iter(base), None), placeholder="Choose a question of the model"
            )
        if variable is None:
            return {}
        with second:
            states = self._states("is", f"{name}-{variable}", variable, base)
        return {variable: states} if states else {}

    def _condition(self, label: str, name: str, base: Content, of: str | None = None) -> Content:
        """States of any variables. of: what depends on them, whose causes are offered first."""
        variables = self.records.variables
        causes = variables[of].parents if of else ()
        order = dict.fromkeys((*causes, *variables))
        titles = {key: variables[key].title for key in order if variables[key].role != "index"}
        chosen = self._any_of(label, titles, name, list(base), placeholder="Choose" if name == "reports" else "nothing")
        found = {}
        for variable in chosen:
            if states := self._states(variables[variable].title, f"{name}-{variable}", variable, base):
                found[variable] = states
        return found

    def _states(self, label: str, name: str, variable: str, base: Content) -> Any:
        labels = self._labels(variable)
        held = listed_states(base.get(variable, []))
        chosen = self._any_of(plain(label), labels, f"{name}-states", held, placeholder="Choose states")
        self._asked(chosen, f"which states of “{self.records.variables[variable].title}”")
        return short([state for state in labels if state in chosen])

    def _labels(self, variable: str) -> dict[str, str]:
        record = self.records.variables[variable]
        return {state: record.label(state) for state in record.states}

    def _bearing(self, kind: str) -> Content:
        bearing = self._one_of(
            "How near it is to that", _BEARING[kind], f"bearing-{kind}", self.base.get("bearing", "direct")
        )
        return {"bearing": None if bearing == "direct" else bearing}

    def _observed(self) -> Content:
        latest = self.records.file.as_of
        day = st.date_input(
            "Day of the fact, if not that of the publication", parsed_day(self.base.get("observed_on")),
            min_value=min(EARLIEST, latest), max_value=latest, key=self._key("observed"), persist_state="session",
        )  # fmt: skip
        return {"observed_on": day.isoformat() if isinstance(day, date) else None}


def kind_of(content: Content) -> str | None:
    """Which of `SAYS` a statement's content is."""
    judges = content.get("judges")
    first = (judges[0] if isinstance(judges, list) else judges) if judges else {}
    return next((kind for kind in SAYS if kind in first or content.get(kind)), None)


def short(states: list[str]) -> str | list[str]:
    """A single state as itself, several as a list."""
    return states[0] if len(states) == 1 else states


def listed_states(states: str | Sequence[str]) -> list[str]:
    """Several states, of one or several."""
    return [states] if isinstance(states, str) else list(states)


def unless_own(value: Any) -> Any:
    """What was chosen; None where that is to leave it out."""
    return None if value == OWN else value


def parsed_day(text: Any) -> date | None:
    """A day of a file's text; None where the text is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
