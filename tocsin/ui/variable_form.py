"""The form of a variable: what it asks, its answers from mild to worse, on what it depends, and whether it is forecast.

What is in the form becomes the variable's content in the file; what is refused is shown at its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from tocsin.authoring.states import shape_of
from tocsin.authoring.structure import AskedAs, Content, asked, names_of, possible_parents, variables_of
from tocsin.authoring.tables import TableShape, allowed_families
from tocsin.errors import listed
from tocsin.output import literal
from tocsin.render.html import element
from tocsin.ui.reference_form import kept
from tocsin.ui.widgets import plain, several, show

ROLES = {
    "driver": "it drives others",
    "indicator": "it can be watched",
    "action": "it can be done or left",
    "mechanism": "it lies between causes and outcomes",
    "outcome": "it is asked",
    "tail risk": "it is asked: rare and grave",
    "index": "it sums up others, and is no forecast",
}
FAMILIES = {
    "prior": "chances of its own",
    "table": "a row for each combination of causes",
    "odds": "each cause multiplies the odds",
    "noisy_or": "each cause can bring it about by itself",
    "noisy_max": "each cause can bring it about by itself, the worst counts",
    "cast": "each cause pushes by a strength from −1 to 1",
    "ranked": "a weighted mean of its causes, with a spread",
    "any": "by definition: as soon as one cause holds",
    "all": "by definition: when all causes hold",
    "max": "by definition: the worst of its causes",
    "index": "by definition: the weighted worst of its causes",
}
ASKED = {"": "not asked", "outcome": "a headline outcome", "tail risk": "a tail risk"}
STATES_HELP = (
    "Answers that exclude each other, one a line. Another line is another answer. Other words in a line, with as many "
    "lines as before, only print the same answer otherwise."
)

PART = "What speaks of the whole, such as an outcome or a judgement, then speaks of the part too."


@dataclass(frozen=True)
class VariableEntry:
    """What is in the form. values: keys of the variable as the file has them. family: of its table."""

    values: dict[str, Any]
    family: str
    asked: AskedAs
    part_of: dict[str, str] = field(default_factory=dict)
    """Of new answers, those that they were a part of until now."""
    because: str = ""
    """The reason for the steps of an index."""
    places: dict[str, Any] = field(default_factory=dict)
    """Per key, where its refusals are to be shown."""

    @property
    def lacks(self) -> str:
        """What must be given before a table can be drawn up for it; empty where nothing is."""
        if not self.values.get("title"):
            return "It begins with a title."
        return "" if len(self.values.get("states") or ()) > 1 else "It needs two answers or more."


def variable_form(key: str, content: Content, name: str) -> VariableEntry:
    """The form of one variable, which need not be in the file yet."""
    variables = variables_of(content)
    held = variables.get(name, {})
    places: dict[str, Any] = {}

    def text(label: str, part: str, **look: Any) -> str:
        widget = st.text_area if "height" in look else st.text_input
        entered = kept(widget, label, f"{key}-{part}", str(held.get(part) or ""), **look)
        places[part] = st.container()
        return str(entered or "").strip()

    title = text("Title", "title", placeholder="Breach of the dam")
    question = text(
        "The question, and what settles it", "question", height=80,
        placeholder="Does the dam at the upper lake breach by 31 March, as the water authority reports it?",
    )  # fmt: skip
    role = kept(
        st.selectbox, "What it is for", f"{key}-role", held.get("role") or "driver", options=list(ROLES),
        format_func=lambda role: f"{role}: {ROLES[role]}",
    )  # fmt: skip
    states, labels = _states(key, held)
    places["states"] = places["labels"] = st.container()
    joined = _part_of(key, held, states, labels)
    says = _clauses(key, held, states, labels)
    places["says"] = st.container()
    titles = {other: str(variables[other].get("title") or other) for other in possible_parents(name, variables)}
    st.session_state.setdefault(f"{key}-parents", list(held.get("parents") or ()))
    parents = several("It depends on", titles, f"{key}-parents", placeholder="Nothing in the model")
    places["parents"] = st.container()
    values = {
        "title": title, "question": question, "states": states, "labels": labels or None, "says": says or None,
        "role": role, "parents": parents,
    }  # fmt: skip
    family = _family(key, shape_of({**held, **values}, {**variables, name: {**held, **values}}))
    because = ""
    if family == "index":
        reason = str((held.get("table") or {}).get("because") or "")
        because = kept(st.text_input, "Why it has these steps", f"{key}-because", reason)
    places["table"] = st.container()
    as_asked = _asked(key, content, name, values)
    new = [state for state, whole in joined.items() if whole in as_asked.states]
    as_asked = replace(as_asked, states=tuple(state for state in states if state in (*as_asked.states, *new)))
    return VariableEntry(_shortened(values, held), family, as_asked, joined, because.strip(), places)


def _part_of(key: str, held: Mapping[str, Any], states: Sequence[str], labels: Mapping[str, str]) -> dict[str, str]:
    """Of new answers those that they were a part of: what names the whole, and no condition, holds for the part too."""
    old, printed = [str(state) for state in held.get("states") or ()], held.get("labels") or {}
    words = {other: printed.get(other, other.replace("_", " ")) for other in old}
    titles = {"": "none of the answers", **{other: literal(f"a part of “{words[other]}”") for other in old}}
    found = {}
    for state in states if old else ():
        if state not in old:
            label = plain(f"Until now “{labels.get(state, state.replace('_', ' '))}” was")
            whole = kept(
                st.selectbox, label, f"{key}-part-{state}", "", options=list(titles), format_func=titles.get, help=PART
            )
            if whole:
                found[state] = whole
    return found


def _shortened(values: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """Without keys that are empty, unless the file has something there that goes."""
    return {key: value for key, value in values.items() if value not in (None, []) or held.get(key)}


def _states(key: str, held: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The states' names in the file, and how they are printed where that is another."""
    now = [str(state) for state in held.get("states") or ()]
    printed = held.get("labels") or {}
    words = {state: str(printed.get(state) or state.replace("_", " ")) for state in now}
    text = kept(
        st.text_area, "Answers, from mild to worse", f"{key}-states", "\n".join(words.values()), height=110,
        help=STATES_HELP, placeholder="holds\nleaks\nbreaches",
    )  # fmt: skip
    entered = [line.strip() for line in (text or "").splitlines() if line.strip()]
    states = named_states(entered, words)
    lines_of = dict(zip(states, entered, strict=True))
    # A label that says no more than the name stays where the file has it.
    labels = {s: line for s, line in lines_of.items() if line != s.replace("_", " ") or printed.get(s) == line}
    changes = (
        ("New", [line for state, line in lines_of.items() if now and state not in now]),
        ("Gone", [words[state] for state in now if state not in states]),
        ("Printed otherwise", [f"{words[s]} as {line}" for s, line in lines_of.items() if words.get(s, line) != line]),
    )
    if news := [f"{what}: {listed([f'“{line}”' for line in lines])}." for what, lines in changes if lines]:
        show(element("p", " ".join(news), class_="quiet"))
    return states, labels


def named_states(entered: Sequence[str], held: Mapping[str, str]) -> list[str]:
    """The states that lines stand for; held: by their names in the file, as they are printed now.

    >>> named_states(["no", "a bit", "yes"], {"no": "no", "yes": "yes"})
    ['no', 'a_bit', 'yes']
    >>> named_states(["no", "yes, all"], {"no": "no", "yes": "yes"})
    ['no', 'yes']
    """
    by_words = {words: state for state, words in held.items()}
    known = [by_words.get(line, "") for line in entered]
    if len(entered) == len(held):
        known = [state or (old if old not in known else "") for state, old in zip(known, held, strict=True)]
    names: list[str] = []
    for line, state in zip(entered, known, strict=True):
        names.append(state if state and state not in names else names_of(line, [*names, *held]))
    return names


def _clauses(key: str, held: Mapping[str, Any], states: Sequence[str], labels: Mapping[str, str]) -> dict[str, str]:
    """The sentence for each state; sentences of pages and briefings are made of them."""
    says = held.get("says") or {}
    found = {}
    for state in states:
        words = labels.get(state, state.replace("_", " "))
        label = plain(f"In a sentence, when the answer is “{words}”")
        clause = kept(
            st.text_input, label, f"{key}-says-{state}", str(says.get(state) or ""), placeholder="the dam breaches"
        )
        if clause and clause.strip():
            found[state] = clause.strip()
    return found


def _family(key: str, shape: TableShape) -> str:
    """How the table is filled, among what can be."""
    families = allowed_families(shape)
    name = f"{key}-family"
    if st.session_state.get(name) not in families:
        st.session_state[name] = shape.family if shape.family in families else families[0]
    return str(
        st.selectbox(
            "How its chances follow", families, format_func=FAMILIES.__getitem__, key=name, persist_state="session"
        )
    )


def _asked(key: str, content: Content, name: str, values: Mapping[str, Any]) -> AskedAs:
    """Whether it is a question that the model answers, and in which states the answer is yes."""
    held = asked(content, name)
    as_ = kept(st.segmented_control, "Asked as", f"{key}-asked", held.as_, options=list(ASKED), format_func=ASKED.get)
    if not as_:
        return AskedAs()
    states, labels = values["states"], values["labels"] or {}
    events = f"{key}-events"
    if not states:
        show(element("p", "In which answers it has come about is asked once there are answers.", class_="quiet"))
        return AskedAs()
    first = [state for state in held.states if state in states] or states[1:]
    st.session_state[events] = [state for state in st.session_state.get(events, first) if state in states]
    came = st.multiselect(
        "It has come about when the answer is", states, key=events, persist_state="session",
        format_func=lambda state: literal(labels.get(state, state.replace("_", " "))),
    )  # fmt: skip
    headline = ""
    if as_ == "outcome":
        title = values.get("title") or ""
        headline = kept(st.text_input, "Headline", f"{key}-headline", held.title, placeholder=title) or title
    says = kept(st.text_input, "As a clause", f"{key}-clause", held.says, placeholder="the dam breaches")
    noun = kept(st.text_input, "As a noun", f"{key}-noun", held.noun, placeholder="a breach of the dam")
    chosen = tuple(state for state in states if state in came)
    return AskedAs(as_, headline.strip(), chosen, (says or "").strip(), (noun or "").strip(), held.settles)
