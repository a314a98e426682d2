"""What a number of a table asks, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from tocsin.analysis.indicators import TELLING
from tocsin.errors import listed
from tocsin.language.events import chance_of, that
from tocsin.language.numbers import percent
from tocsin.model import Model
from tocsin.records import ModelRecords
from tocsin.records.families import Cast, Index, Logic, Noisy, Odds, Ranked
from tocsin.records.model import Variable
from tocsin.records.parameters import Parameter, ParameterColumn, columns

Variables = Mapping[str, Variable]
Given = Mapping[str, tuple[str, ...]]
"""For each parent the states that a column covers."""

MOST_RESTING = 2
"""Causes at rest that a sentence names; more are told together."""
_ALONE = "everything else at rest"
"""The other causes in their reference states."""


def asked(slot: Parameter, variables: Variables, cut: int | None = None) -> str:
    """What the number says. cut: the first worse state, where statements judge the chance and not the odds ratio."""
    variable = variables[slot.variable]
    if cut is not None:
        return _chance(variable, variable.states[cut:], (), slot.given, slot.reference, variables)
    if slot.kind == "chance" and slot.event:
        return _chance(variable, slot.event, slot.within, slot.given, slot.reference, variables)
    return _of_a_cause(slot, variable, variables)


def asked_of_state(column: ParameterColumn, state: str, variables: Variables) -> str:
    """What one state's chance in a column says."""
    return _chance(variables[column.variable], (state,), (), column.given, column.reference, variables)


def question(slot: Parameter, records: ModelRecords, cut: int | None = None) -> str:
    """The number as the subject of a sentence: `the chance that the truce in Lebanon collapses`. cut: as in `asked`."""
    variable = records.variables[slot.variable]
    if cut is not None:
        return _the_chance(variable.states[cut:], (), slot, records)
    if slot.kind == "chance" and slot.event and not isinstance(variable.table, Cast):
        return _the_chance(slot.event, slot.within, slot, records)
    return _the_effect(slot, variable, records.variables)


def question_of_state(column: ParameterColumn, state: str, records: ModelRecords) -> str:
    """One state's chance in a column, as the subject of a sentence."""
    return _the_chance((state,), (), column, records)


def definition(name: str, variables: Variables) -> str | None:
    """How a table follows from the parents by definition; None if it needs numbers of its own."""
    table = variables[name].table
    causes = listed([variables[parent].title for parent in variables[name].parents])
    match table:
        case Logic(family="any"):
            return f"By definition: it holds as soon as one of these does: {causes}."
        case Logic(family="all"):
            return f"By definition: it holds when all of these do: {causes}."
        case Logic():
            return f"By definition: the worst of {causes}."
        case Index():
            return f"By definition: the weighted worst of {causes}. {table.because}"
        case _:
            return None


def named(name: str, states: Sequence[str], variables: Variables) -> str:
    """`Truce in Lebanon: collapses`."""
    return variables[name].named(states)


def _chance(
    variable: Variable,
    event: Sequence[str],
    within: Sequence[str],
    given: Given,
    reference: Mapping[str, str],
    variables: Variables,
) -> str:
    told = f"Chance of “{variable.either(event)}”"
    conditions = [f"it is “{variable.either(within)}” at all"] if within else []
    conditions += _conditions(given, reference, variables)
    return f"{told}, if {listed(conditions)}" if conditions else told


def _conditions(given: Given, reference: Mapping[str, str], variables: Variables) -> Iterator[str]:
    """Parents that matter for the column; those at rest in one phrase, named where nothing else acts."""
    acting, resting = _acting_and_resting(given, reference, variables)
    yield from (named(parent, states, variables) for parent, states in (acting or resting).items())
    if resting and acting:
        yield _ALONE


def _acting_and_resting(
    given: Given, reference: Mapping[str, str], variables: Variables
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The parents that the column fixes: those that act, and those in their reference states."""
    telling = {p: states for p, states in given.items() if set(states) != set(variables[p].states)}
    acting = {p: states for p, states in telling.items() if states != (reference.get(p),)}
    return acting, {p: states for p, states in telling.items() if p not in acting}


def _moved_parent(slot: Parameter, variables: Variables) -> tuple[str, str]:
    """Of an odds ratio: the parent's state of reference, and its states that the ratio is for, in words."""
    parent, states = next((p, s) for p, s in slot.given.items() if s != (slot.reference[p],))
    return variables[parent].label(slot.reference[parent]), named(parent, states, variables)


def _of_a_cause(slot: Parameter, variable: Variable, variables: Variables) -> str:
    """Odds ratios, strengths, weights: numbers that belong to one parent."""
    match variable.table:
        case Odds():
            was, now = _moved_parent(slot, variables)
            return f"How many times the odds of worse states multiply, if {now} instead of {was}"
        case Noisy(inhibitors=groups):
            parent, state = _place(slot, "inhibitors", groups)
            return f"Share of each cause's power that is left, if {named(parent, (state,), variables)}"
        case Cast(influences=groups):
            if slot.key == f"{slot.variable}.baseline":
                return "Baseline before any influence"
            parent, state = _place(slot, "influences", groups)
            return f"Strength of the influence (−1 to 1) of {named(parent, (state,), variables)}"
        case Ranked(weights=weights) | Index(weights=weights):
            for parent in weights:
                if slot.key == f"{slot.variable}.weights.{parent}":
                    return f"Weight of “{variables[parent].title}”"
            return "Variance around the weighted causes"
        case _:
            return f"“{variable.title}”"


def _the_chance(
    states: Sequence[str], within: Sequence[str], of: Parameter | ParameterColumn, records: ModelRecords
) -> str:
    told = chance_of(records, of.variable, states)
    if within:
        told += f" once {that(records, of.variable, within).removeprefix('that ')} at all"
    acting, resting = _acting_and_resting(of.given, of.reference, records.variables)
    if len(resting) > MOST_RESTING and not acting:
        return f"{told} with all its causes at rest"
    causes = acting or resting
    if causes:
        told += f" given {listed([that(records, parent, states) for parent, states in causes.items()])}"
    return f"{told} with {_ALONE}" if acting and resting else told


def _the_effect(slot: Parameter, variable: Variable, variables: Variables) -> str:
    """As `_of_a_cause`."""
    match variable.table:
        case Odds():
            was, now = _moved_parent(slot, variables)
            return (
                f"the factor by which “{now}” instead of “{was}” multiplies the odds of worse states of "
                f"“{variable.title}”"
            )
        case Noisy(inhibitors=groups):
            parent, state = _place(slot, "inhibitors", groups)
            told = named(parent, (state,), variables)
            return f"the share of each cause's power over “{variable.title}” that “{told}” leaves"
        case Cast(influences=groups):
            if slot.key == f"{slot.variable}.baseline":
                return f"the baseline of “{variable.title}” before any influence"
            parent, state = _place(slot, "influences", groups)
            told = named(parent, (state,), variables)
            return f"the strength (−1 to 1) of the influence of “{told}” on “{variable.title}”"
        case Ranked(weights=weights) | Index(weights=weights):
            for parent in weights:
                if slot.key == f"{slot.variable}.weights.{parent}":
                    return f"the weight of “{variables[parent].title}” in “{variable.title}”"
            return f"the variance of “{variable.title}” around its weighted causes"
        case _:
            return f"a number of “{variable.title}”"


def _place(slot: Parameter, group: str, groups: Mapping[str, Mapping[str, object]]) -> tuple[str, str]:
    """The parent and state in a slot's key; names may hold dots, so the key is not taken apart."""
    return next(
        (parent, state)
        for parent, states in groups.items()
        for state in states
        if slot.key == f"{slot.variable}.{group}.{parent}.{state}"
    )


def quantity(model: Model, key: str) -> str:
    """A number as the subject of a sentence: `the chance that the offensive in Syria takes Hama or Homs`.

    key: as in `explain --json`, of a number or of one state of a whole distribution. An unknown key is told as it is.
    """
    return _told(model).get(key, f"the number {key}")


@lru_cache(maxsize=4)
def _told(model: Model) -> dict[str, str]:
    """Every number, and each state of every column, since the keys of shares end in any state."""
    variables = model.records.variables
    told: dict[str, str] = {}
    for name, variable in variables.items():
        for column in columns(name, variables):
            for state in variable.states:
                words = question_of_state(column, state, model.records)
                told |= dict.fromkeys((f"{column.key}{kind}.{state}" for kind in ("", ".shares", ".chances")), words)
    for slot in model.provenance.slots:
        prior = model.priors.by_key.get(slot.number)
        told[slot.key] = words = question(slot, model.records, getattr(prior, "cut", None))
        if slot.number != slot.key and prior is not None and slot.number not in told:
            titles = " and ".join(variables[name].title for name in prior.variables)
            told[slot.number] = f"{words} (one number for {titles})" if len(prior.variables) > 1 else words
    return told


def kind_of(model: Model, key: str) -> str:
    """What a number is: chance, column (also a chance), ratio, strength or value."""
    prior = model.priors.by_key.get(key)
    kind = prior.kind if prior is not None else "chance"
    return "chance" if kind == "shares" else kind


def figure(kind: str, number: float) -> str:
    """A number as it is meant: a chance in percent, an odds ratio as a factor."""
    if kind in ("chance", "column"):
        return percent(number)
    return f"× {plain(number)}" if kind == "ratio" else plain(number)


def instead(kind: str, now: float, was: float) -> str:
    """`38 % instead of 41 %`, with as many decimals as it takes to tell the two apart."""
    after, before = figure(kind, now), figure(kind, was)
    if after == before:
        chance = kind in ("chance", "column")
        after, before = (f"{x * 100:.2f} %" if chance else f"{x:.5g}" for x in (now, was))
    return f"{after} instead of {before}"


def plain(number: float) -> str:
    """Three significant digits, without scientific notation.

    >>> [plain(x) for x in (2.178, 0.000049, 1202604.3, float("inf"))]
    ['2.18', '0.000049', '1,202,604', 'inf']
    """
    text = f"{number:.3g}"
    if "e" not in text:
        return text
    return f"{number:,.0f}" if abs(number) > 1 else f"{float(text):.12f}".rstrip("0").rstrip(".")


def bits(amount: float) -> str:
    """`0.12 bits`; what is too little to act on is told so.

    >>> [bits(x) for x in (0.1234, 0.0081, 4.9e-08)]
    ['0.12 bits', '0.008 bits', 'next to nothing']
    """
    return f"{_of_bits(amount)} bits" if amount >= TELLING else "next to nothing"


def bits_of(amount: float, whole: float) -> str:
    """`0.12 of 0.84 bits`."""
    return f"{_of_bits(amount)} of {_of_bits(whole)} bits" if amount >= TELLING else "next to nothing"


def _of_bits(amount: float) -> str:
    return f"{amount:.2g}" if amount >= 0.01 else f"{amount:.3f}"
