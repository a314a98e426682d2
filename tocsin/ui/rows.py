"""One variable in the evidence panel: the kind of evidence, what that kind needs, and where the variable stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from tocsin.assessment import Assessment, likelihood
from tocsin.model import Model
from tocsin.records import Variable
from tocsin.trail.asking import either
from tocsin.ui import bars, findings, grades, state
from tocsin.ui.findings import KINDS, Kind, Setting, States
from tocsin.ui.markup import Html, element, plain, show

_JOINT = "|"
"""Between states in the value of a widget; no name holds it."""


@dataclass(frozen=True, eq=False)
class Row:
    """A variable's controls. Widgets are filled from the scenario, and every change of one makes a new scenario."""

    model: Model
    name: str
    answer: Assessment | None
    """The last good one, for where the variable stands and for what a belief begins with."""

    @property
    def variable(self) -> Variable:
        """Its record."""
        return self.model.records.variables[self.name]

    @property
    def now(self) -> Setting:
        """What the scenario sets on it."""
        return findings.setting(state.scenario(), self.name, self.variable)

    def draw(self) -> None:
        """Put it on the page."""
        with st.container(key=f"row-{self.name}", gap="xxsmall"):
            self._details(self._kind())
            self._foot()

    def changed(self) -> None:
        """Read the widgets and set the variable."""
        kind: Kind = st.session_state[self._key("kind")]
        if kind == "forced" and len(self._chosen) > 1:
            st.session_state[self._key("states")] = self._chosen[-1]
        now = Setting(kind, self._chosen, self._grade, self._shares())
        state.set_variable(self.model, self.name, now)

    def moved(self, which: str) -> None:
        """One share of a belief was moved; the others make room."""
        shares = {one: st.session_state[self._share_key(one)] for one in self.variable.states}
        for one, share in findings.rebalanced(shares, which).items():
            st.session_state[self._share_key(one)] = share
        self.changed()

    def _kind(self) -> Kind:
        kept = findings.setting(state.start(), self.name, self.variable).kind == "kept"
        chosen: Kind = st.selectbox(
            plain(self.variable.title),
            [kind for kind in KINDS if kept or kind != "kept"],
            format_func=KINDS.__getitem__,
            key=self._filled("kind", self.now.kind),
            on_change=self.changed,
            help=plain(self.variable.question),
        )
        return chosen

    def _details(self, kind: Kind) -> None:
        match kind:
            case "observed":
                self._states(findings.choices(self.variable))
            case "forced":
                self._states([(one,) for one in self.variable.states])
            case "reported":
                self._states(findings.choices(self.variable))
                self._grades()
            case "believed":
                self._belief()
            case _:
                return

    def _states(self, options: Sequence[States]) -> None:
        labels = {_JOINT.join(states): either(self.variable, states) for states in options}
        st.selectbox(
            f"{plain(self.variable.title)}: state",
            list(labels),
            format_func=labels.__getitem__,
            key=self._filled("states", _JOINT.join(self.now.states or self._chosen)),
            on_change=self.changed,
            label_visibility="collapsed",
        )

    def _grades(self) -> None:
        source, information = st.columns(2, gap="xsmall", wrap=False)
        source.selectbox(
            "Source",
            list(grades.RELIABILITY),
            format_func=lambda letter: f"{letter}: {grades.RELIABILITY[letter]}",
            key=self._filled("source", self.now.grade[0]),
            on_change=self.changed,
            help="Admiralty code: how far the source has proved reliable so far, A to E; F where nobody can say.",
        )
        information.selectbox(
            "Information",
            list(grades.CREDIBILITY),
            format_func=lambda digit: f"{digit}: {grades.CREDIBILITY[digit]}",
            key=self._filled("information", self.now.grade[1:]),
            on_change=self.changed,
            help="Admiralty code: how far other reports bear this one out, 1 to 5; 6 where nobody can say.",
        )

    def _belief(self) -> None:
        shares = self.now.shares or self._shares()
        for one in self.variable.states:
            self._filled(f"share:{one}", shares[one])
        # Of two states the second says it all.
        shown = self.variable.states if len(self.variable.states) > 2 else self.variable.states[1:]
        for one in shown:
            st.slider(
                plain(self.variable.label(one)),
                min_value=0,
                max_value=100,
                format="%d %%",
                key=self._share_key(one),
                on_change=self.moved,
                args=(one,),
            )

    def _foot(self) -> None:
        """Where the variable stands, whether it differs from the preset, and the way to its statements."""
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            show(self._standing())
            if findings.differs(state.scenario(), state.start(), self.name):
                st.button(
                    "Undo",
                    key=f"undo-{self.name}",
                    type="tertiary",
                    on_click=state.restore,
                    args=(self.model, self.name),
                    help="As the chosen scenario has it",
                )
            st.button(
                "Sources",
                key=f"behind-{self.name}",
                type="tertiary",
                on_click=state.look_behind,
                args=(self.name,),
                help=plain(f"The statements behind “{self.variable.title}”"),
            )

    def _standing(self) -> Html:
        differs = findings.differs(state.scenario(), state.start(), self.name)
        parts = []
        if self.answer is not None:
            shares = [estimate.p for estimate in self.answer.variables[self.name].values()]
            mark = element("b", "changed", class_="mark", title="Not as in the chosen scenario") if differs else Html()
            parts = [
                bars.stacked(self.variable, shares),
                element("div", bars.caption(self.variable, shares), " ", mark, class_="quiet"),
                *(element("div", line, class_="quiet") for line in self._counts()),
            ]
        return element(
            "div", *parts, class_="standing", data_variable=self.name, data_changed="yes" if differs else None
        )

    def _counts(self) -> Iterator[str]:
        """What the grades of reports come to."""
        for finding in state.scenario().evidence.get(self.name, ()):
            if finding.kind == "reported":
                row = likelihood(finding, self.variable.states, self.model)
                against = row[self.variable.states.index(finding.reported[0])] < row.max()
                yield f"the report counts × {row.max() / row.min():.2g}{' against it' if against else ''}"

    def _key(self, part: str) -> str:
        return f"{state.WIDGET}{self.name}:{part}"

    def _share_key(self, one: str) -> str:
        return self._key(f"share:{one}")

    def _filled(self, part: str, value: object) -> str:
        """A widget's key, with its first value if it has none."""
        st.session_state.setdefault(self._key(part), value)
        return self._key(part)

    @property
    def _chosen(self) -> States:
        """The states of the widget; the worst one where it was not drawn yet."""
        chosen: str = st.session_state.get(self._key("states"), self.variable.states[-1])
        return tuple(chosen.split(_JOINT))

    @property
    def _grade(self) -> str:
        letter = st.session_state.get(self._key("source"), grades.USUAL[0])
        return f"{letter}{st.session_state.get(self._key('information'), grades.USUAL[1:])}"

    def _shares(self) -> dict[str, int]:
        """The sliders' shares; where they were not drawn yet, where the variable stands now."""
        states = self.variable.states
        drawn: dict[str, int] = {
            one: st.session_state[self._share_key(one)] for one in states if self._share_key(one) in st.session_state
        }
        if len(states) == 2 and states[1] in drawn:
            return {states[0]: 100 - drawn[states[1]], states[1]: drawn[states[1]]}
        if len(drawn) == len(states):
            return drawn
        stands = self.answer.variables[self.name] if self.answer else {}
        parts = {one: 100 * stands[one].p if one in stands else 100 / len(states) for one in states}
        return findings.whole(parts, 100, states)
