"""What a number of a table asks, as the subject of a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tocsin.errors import listed
from tocsin.language.events import chance_of, holds, that
from tocsin.language.numbers import capital
from tocsin.model import Model
from tocsin.records import ModelRecords
from tocsin.records.families import Cast, Index, Logic, Noisy, Odds, Ranked
from tocsin.records.model import Variable
from tocsin.records.parameters import Parameter, ParameterColumn, columns, conditioned
from tocsin.records.statements import Judgement

Variables = Mapping[str, Variable]
MOST_RESTING = 2
"""Causes at rest that a sentence names; more are summed up."""


def question(slot: Parameter, records: ModelRecords, cut: int | None = None) -> str:
    """What a number says: `the chance that the ferry stays in port`.

    cut: the first worse state, where statements judge the chance and not the odds ratio.
    """
    variable = records.variables[slot.variable]
    if cut is not None:
        return _chance(variable.states[cut:], (), slot, records)
    if slot.kind == "chance" and slot.event and not isinstance(variable.table, Cast):
        return _chance(slot.event, slot.within, slot, records)
    return _effect(slot, variable, records)


def unmatched(judgement: Judgement, slot: Parameter, records: ModelRecords) -> str:
    """Why a statement's judgement does not speak of a number: the first difference, such as `it supposes nothing`."""
    if judgement.horizon_days is not None:
        return "its words are about another horizon than the model's"
    if slot.kind in ("strength", "value"):
        return "no statement sets such a number"
    if judgement.influence is not None:
        return "it compares other states" if slot.kind == "ratio" or not slot.event else "it states no chance"
    if judgement.probability is None:
        return "it states no probability"
    variable, event = next(iter(judgement.probability.items()))
    if slot.kind == "chance" and not slot.event:
        return "only an influence sets such a number"
    if slot.variable == variable and conditioned(slot, judgement.given, records.variables):
        return f"it says how likely it is {that(records, variable, event)}"
    given = [that(records, name, states) for name, states in judgement.given.items()]
    return f"it supposes {listed(given) or 'nothing'}"


def question_of_state(column: ParameterColumn, state: str, records: ModelRecords) -> str:
    """As `question`, of one state's chance in a column."""
    return _chance((state,), (), column, records)


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


def _chance(
    states: Sequence[str], within: Sequence[str], of: Parameter | ParameterColumn, records: ModelRecords
) -> str:
    """The chance of states where the causes that act do, no other being at work."""
    telling = {p: states for p, states in of.given.items() if set(states) != set(records.variables[p].states)}
    acting = {parent: states for parent, states in telling.items() if states != (of.reference.get(parent),)}
    resting = len(telling) - len(acting)
    shown = acting or (telling if resting <= MOST_RESTING else {})
    conditions = [_condition(parent, states, records, alone=len(shown) == 1) for parent, states in shown.items()]
    if within:
        whole = tuple(within) == records.events.get(of.variable)
        least = holds(records, of.variable, within if whole else within[:1])
        conditions.insert(0, f"{least} at {'all' if whole else 'least'}")
    when = f" when {listed(conditions)}" if conditions else ""
    others = " with no other cause at work" if acting else "" if shown else " with no cause at work"
    return f"{chance_of(records, of.variable, states)}{when}{others if resting else ''}"


def _condition(parent: str, states: Sequence[str], records: ModelRecords, *, alone: bool) -> str:
    clause = holds(records, parent, states)
    return clause if alone or len(states) == 1 or clause.startswith("“") else f"either {clause}"


def _effect(slot: Parameter, variable: Variable, records: ModelRecords) -> str:
    """Odds ratios, strengths, weights: numbers that belong to one parent."""

    def when(parent: str, states: Sequence[str]) -> str:
        return f"when {holds(records, parent, states)}"

    match variable.table:
        case Odds():
            parent, states = next((p, s) for p, s in slot.given.items() if s != (slot.reference[p],))
            odds = f"the odds of worse states of “{variable.title}”"
            if len(variable.states) == 2:
                odds = chance_of(records, slot.variable, variable.states[1:], "the odds")
            return f"the factor on {odds} {when(parent, states)}"
        case Noisy(inhibitors=groups):
            parent, state = _place(slot, "inhibitors", groups)
            return f"the share of each cause's power over “{variable.title}” that is left {when(parent, (state,))}"
        case Cast(influences=groups):
            if slot.key == f"{slot.variable}.baseline":
                return f"the baseline of “{variable.title}” before any influence"
            parent, state = _place(slot, "influences", groups)
            return f"the strength (−1 to 1) of the influence on “{variable.title}” {when(parent, (state,))}"
        case Ranked(weights=weights) | Index(weights=weights):
            for parent in weights:
                if slot.key == f"{slot.variable}.weights.{parent}":
                    return f"the weight of “{records.variables[parent].title}” in “{variable.title}”"
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
    """A number as the subject of a sentence: `the chance that the lake runs over the crest`.

    key: as in `explain --json`, of a number or of one state of a whole distribution; an unknown one stays as it is.
    """
    return _quantities(model).get(key, f"the number {key}")


def short(model: Model, key: str) -> str:
    """A number in a few words, for a chart's label: `Evening ferry: cancelled, if storm`.

    What `quantity` says in full stands beside it for who asks.
    """
    slot = next((slot for slot in model.provenance.slots if key in (slot.key, slot.number)), None)
    if slot is None:
        return capital(quantity(model, key))
    records = model.records
    variable = records.variables[slot.variable]
    causes = [
        _as_cause(records.variables[parent], states)
        for parent, states in slot.given.items()
        if states != (slot.reference.get(parent),) and set(states) != set(records.variables[parent].states)
    ]
    condition = f" if {listed(causes)}" if causes else ""
    match slot.kind:
        case "chance" if slot.event:
            return f"{variable.named(slot.event)}{',' if causes else ''}{condition}"
        case "ratio":
            return f"{variable.title}: odds{condition}"
        case _:
            return f"{variable.title}{_part(slot, variable, records)}"


def _as_cause(parent: Variable, states: Sequence[str]) -> str:
    """Its state alone where that can be understood, since the variable's title would make the label long."""
    words = parent.either(states)
    return f"“{words}”" if " " in words else f"“{parent.title}: {words}”"


def _part(slot: Parameter, variable: Variable, records: ModelRecords) -> str:
    """Which of its numbers one that is no chance of the variable and no odds is: `: left if “Crews: many”`."""
    match variable.table:
        case Noisy(inhibitors=groups):
            parent, state = _place(slot, "inhibitors", groups)
            return f": left if {_as_cause(records.variables[parent], (state,))}"
        case Cast(influences=groups) if slot.key != f"{slot.variable}.baseline":
            parent, state = _place(slot, "influences", groups)
            return f": influence of {_as_cause(records.variables[parent], (state,))}"
        case Ranked(weights=weights) | Index(weights=weights):
            parents = (parent for parent in weights if slot.key == f"{slot.variable}.weights.{parent}")
            return next((f": weight of “{records.variables[parent].title}”" for parent in parents), ": variance")
        case _:
            return ""


@lru_cache(maxsize=4)
def _quantities(model: Model) -> dict[str, str]:
    """Every number, and each state of every column, since the keys of shares end in any state."""
    variables = model.records.variables
    found: dict[str, str] = {}
    for name, variable in variables.items():
        for column in columns(name, variables):
            for state in variable.states:
                words = question_of_state(column, state, model.records)
                found |= dict.fromkeys((f"{column.key}{kind}.{state}" for kind in ("", ".shares", ".chances")), words)
    for slot in model.provenance.slots:
        prior = model.priors.by_key.get(slot.number)
        found[slot.key] = words = question(slot, model.records, getattr(prior, "cut", None))
        if slot.number != slot.key and prior is not None and slot.number not in found:
            shared = listed([f"“{variables[name].title}”" for name in prior.variables])
            found[slot.number] = f"{words} (one number for {shared})" if len(prior.variables) > 1 else words
    return found


def kind_of(model: Model, key: str) -> str:
    """What a number is: chance, column (also a chance), ratio, strength or value."""
    prior = model.priors.by_key.get(key)
    kind = prior.kind if prior is not None else "chance"
    return "chance" if kind == "shares" else kind
