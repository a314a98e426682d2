"""Whether each variable's table is whole, and whether the statements named for a number really speak of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

from tocsin.files.references import Flaws, event_flaws, unknown, unknown_keys
from tocsin.files.yaml12 import Place
from tocsin.records.families import (
    BaseRate,
    Cast,
    Chances,
    Index,
    Logic,
    Noisy,
    Odds,
    PriorFamily,
    Quantity,
    Ranked,
    TableFamily,
)
from tocsin.records.model import ModelRecords, Variable
from tocsin.records.parameters import (
    Kind,
    Match,
    Parameter,
    columns,
    match,
    reference_states,
    slots,
    takes_base_rate,
    ways,
)
from tocsin.records.statements import Judgement, Statement

MOST_CELLS = 2_000_000
"""Cells of one table; beyond this a table is a mistake, or belongs into a family with fewer parents."""

LEAST_VARIANCE, MOST_VARIANCE = 1e-6, 100.0
"""Of a ranked family: a spread of a thousandth of the scale is certainty, one of ten scales leaves all states alike."""

MOST_WEIGHT = 1e6
"""Of a ranked family, against the other parents' weights."""

NO_PARENT = "the variable has no parent"


def table_flaws(model: ModelRecords) -> Flaws:
    """All flaws of all tables."""
    numbers: dict[str, list[Parameter]] = {}
    for name, variable in model.variables.items():
        place: Place = ("variables", name, "table")
        cells = math.prod(len(model.variables[axis].states) for axis in (name, *variable.parents))
        if cells > MOST_CELLS:
            yield place, f"the table would have {cells:,} cells; at most {MOST_CELLS:,}: use fewer parents"
            continue
        flaws = [*_family_flaws(name, model.variables, place), *_column_flaws(name, model.variables)]
        yield from flaws
        if not flaws:
            for slot in slots(name, model.variables):
                yield from _number_flaws(slot, model)
                numbers.setdefault(slot.number, []).append(slot)
    yield from _statement_flaws(numbers, model)
    for name in model.file.shared:
        if f"shared.{name}" not in numbers:
            yield ("shared", name), "stands in no table; say `shared: " + name + "` where it does"


def _family_flaws(name: str, variables: Mapping[str, Variable], place: Place) -> Flaws:
    variable = variables[name]
    table, parents = variable.table, variable.parents
    own = {parent: variables[parent] for parent in parents}
    if isinstance(table, PriorFamily) == bool(parents):
        wanted = "has no parents" if parents else "needs parents; use `family: prior`"
        yield (*place, "family"), f"the family {table.family} {wanted}"
        return
    match table:
        case TableFamily():
            yield from _row_flaws(table, own, place)
        case Odds() | Noisy():
            if table.family == "noisy_or" and len(variable.states) != 2:
                yield (*place, "family"), "noisy_or is for two states; use noisy_max"
            reference = {parent: (state,) for parent, state in table.reference.items()}
            yield from event_flaws(reference, own, (*place, "reference"), NO_PARENT)
            parts = ("effects",) if isinstance(table, Odds) else ("causes", "inhibitors")
            effects = {part: getattr(table, part) for part in parts}
            yield from _effect_flaws(own, reference_states(name, variables), effects, place)
        case Cast():
            yield from _two_states(variable, place)
            yield from _effect_flaws(own, {}, {"influences": table.influences}, place)
        case Ranked() | Index():
            place_of_weights = (*place, "weights")
            yield from unknown_keys(table.weights, parents, NO_PARENT, place_of_weights)
            for parent in parents:
                if parent not in table.weights:
                    yield place_of_weights, f"a weight for {parent} is missing"
            if isinstance(table, Index):
                count = len(variable.states) - 1
                rising = list(table.thresholds) == sorted(set(table.thresholds))
                if len(table.thresholds) != count or not rising:
                    yield (*place, "thresholds"), f"needs {count} rising numbers, one for each state but the first"
        case Logic():
            if table.family != "max":
                yield from _two_states(variable, place)
            elif any(len(variables[parent].states) > len(variable.states) for parent in parents):
                yield (*place, "family"), "max needs at least as many states as each of its parents has"


def _two_states(variable: Variable, place: Place) -> Flaws:
    if len(variable.states) != 2:
        yield (*place, "family"), f"the family {variable.table.family} is for a variable of two states"


def _effect_flaws(
    parents: Mapping[str, Variable],
    reference: Mapping[str, str],
    parts: Mapping[str, Mapping[str, Mapping[str, object]]],
    place: Place,
) -> Flaws:
    """Each parent stands in exactly one part, with each of its states but the reference."""
    for part, effects in parts.items():
        yield from unknown_keys(effects, parents, NO_PARENT, (*place, part))
        for parent, states in effects.items():
            if parent not in parents:
                continue
            where, unmoved = (*place, part, parent), reference.get(parent)
            wanted = [state for state in parents[parent].states if state != unmoved]
            if unmoved is not None and unmoved in states:
                yield (*where, unmoved), f"{unmoved!r} is the reference state, whose effect is none; leave it out"
            others = (state for state in states if state != unmoved)
            yield from unknown_keys(others, wanted, f"{parent} has no state", where)
            for state in wanted:
                if state not in states:
                    yield where, f"the number for the state {state!r} is missing (every state but the reference)"
    for parent in parents:
        count = sum(parent in effects for effects in parts.values())
        if count != 1:
            wanted_in = " or ".join(parts)
            yield place, f"the parent {parent} must stand in {wanted_in}" + (" once, not in both" if count else "")


def _row_flaws(table: TableFamily, parents: Mapping[str, Variable], place: Place) -> Flaws:
    flaws = [
        flaw
        for position, row in enumerate(table.rows)
        for flaw in event_flaws(row.given, parents, (*place, "rows", position, "given"), NO_PARENT)
    ]
    if flaws:
        yield from flaws
        return
    for configuration in product(*(parent.states for parent in parents.values())):
        given = dict(zip(parents, configuration, strict=True))
        covering = [
            position
            for position, row in enumerate(table.rows)
            if all(given[parent] in states for parent, states in row.given.items())
        ]
        if len(covering) != 1:
            shown = ", ".join(f"{parent} = {state}" for parent, state in given.items())
            covered = f"rows {' and '.join(map(str, covering))} both cover" if covering else "no row covers"
            where = (*place, "rows", covering[1]) if covering else (*place, "rows")
            yield where, f"{covered} {shown}; each combination needs exactly one row"
            return


def _column_flaws(name: str, variables: Mapping[str, Variable]) -> Flaws:
    states = variables[name].states
    for column in columns(name, variables):
        chances = column.chances
        place = Parameter(column.key, name, Quantity.model_construct(), "chance").place
        if chances.certain is not None:
            yield from unknown((chances.certain,), states, f"{name} has no state", (*place, "certain"))
        for key in ("shares", "at_least", "chances"):
            yield from unknown_keys(getattr(chances, key) or {}, states, f"{name} has no state", (*place, key))
        yield from _whole_flaws(chances, states, place)


def _whole_flaws(chances: Chances, states: tuple[str, ...], place: Place) -> Flaws:
    if chances.shares is not None:
        least, most = len(states) - 1, 1 if len(states) == 2 else len(states)
        if not min(least, most) <= len(chances.shares) <= most:
            wanted = "one of the two states" if len(states) == 2 else "every state, or every state but one"
            yield (*place, "shares"), f"names {len(chances.shares)} states; name {wanted}"
    if chances.at_least is not None and set(chances.at_least) != set(states[1:]):
        yield (*place, "at_least"), f"must name every state but the first: {', '.join(states[1:])}"
    if chances.chances is not None and set(chances.chances) != set(states):
        yield (*place, "chances"), f"must name every state: {', '.join(states)}"


def _number_flaws(slot: Parameter, model: ModelRecords) -> Flaws:
    """Whether the reference fits what is asked, and whether each statement speaks of the number."""
    quantity, reference = slot.quantity, slot.quantity.reference
    key = "assume" if quantity.assume is not None else "base_rate"
    if isinstance(reference, BaseRate):
        if not takes_base_rate(slot):
            yield (*slot.place, key), f"no count gives a {_NUMBERS[slot.kind]}; write `assume`"
    elif not any(getattr(reference, way) is not None for way in ways(slot)):
        allowed = " or ".join(f"`{way}`" for way in ways(slot))
        yield (*slot.place, key), f"needs {allowed}, since a {_NUMBERS[slot.kind]} is asked here"
    elif reference.value is not None and isinstance(model.variables[slot.variable].table, Ranked):
        yield from _ranked_flaws(slot, (*slot.place, key, "value"), reference.value)
    yield from unknown(reference.cites, model.by_id, "no statement", (*slot.place, key, "cites"))
    if quantity.shared and ".shares." in slot.key and len(model.variables[slot.variable].states) > 2:
        message = "a share of three states or more cannot be a shared number: it is drawn with the rest of its column"
        yield slot.place, message
    if quantity.statements and slot.kind in ("strength", "value"):
        yield (*slot.place, "statements"), f"a {_NUMBERS[slot.kind]} cannot be set by statements; give `assume`"
    yield from unknown(quantity.statements, model.by_id, "no statement", (*slot.place, "statements"))


def _statement_flaws(slots_of: Mapping[str, list[Parameter]], model: ModelRecords) -> Flaws:
    """Each statement of a number judges it, in one of the places where it stands, and all of them one thing."""
    for places in slots_of.values():
        if places[0].kind not in ("strength", "value"):
            held = [model.by_id[name] for name in places[0].quantity.statements if name in model.by_id]
            yield from (((*places[0].place, "statements"), why) for why in _unfit(places, held, model))


def why_not_set(places: Sequence[Parameter], statement: Statement, model: ModelRecords) -> str | None:
    """Why a statement cannot set a number, given every place where this stands; None if it can."""
    if places[0].kind in ("strength", "value"):
        return f"a {_NUMBERS[places[0].kind]} cannot be set by statements"
    others = (name for name in places[0].quantity.statements if name != statement.id)
    return next(_unfit(places, [*map(model.by_id.__getitem__, others), statement], model), None)


def _unfit(places: Sequence[Parameter], statements: Iterable[Statement], model: ModelRecords) -> Iterator[str]:
    """What hinders statements from setting a number together."""
    first = places[0]
    found: list[Match] = []
    for statement in statements:
        matches = [
            (judgement, spoken)
            for slot in places
            for judgement in statement.judges
            if (spoken := match(judgement, slot, model.variables)) is not None
        ]
        heard = [spoken for judgement, spoken in matches if not _leaves_more(statement, judgement, spoken)]
        found += heard[:1]
        if not heard:
            why = f"{_why_not(statement)} ({_asked(first, model)})"
            if matches:
                why = "would leave more than all of a cause's power; an inhibitor is lowered"
            yield f"{statement.id} {why}"
    yield from _kind_flaws(first, {(spoken.kind, spoken.cut) for spoken in found})


def _leaves_more(statement: Statement, judgement: Judgement, spoken: Match) -> bool:
    """Whether an influence would leave more than all of a cause's power, which no inhibitor does."""
    influence, read = judgement.influence, statement.read_as
    if influence is None or spoken.kind != "chance":
        return False
    if read is not None and read.ratio is not None:
        return (1 / read.ratio[0] if spoken.turned else read.ratio[1]) > 1
    return (influence.direction == "raises") != spoken.turned


def _kind_flaws(slot: Parameter, kinds: Collection[tuple[str, int | None]]) -> Iterator[str]:
    """Statements judge one kind of number, of one event, and the reference is of that kind."""
    assume = slot.quantity.assume
    if len(kinds) > 1:
        yield "its statements judge different things; keep to odds ratios, or to one event"
    elif ("ratio", None) in kinds and (assume is None or assume.range is not None):
        yield "its statements judge an odds ratio, and its reference is a chance; assume a `ratio`"
    elif kinds and slot.kind == "ratio" and ("ratio", None) not in kinds and assume is not None and assume.ratio:
        yield "its statements judge the chance in that column, and its reference is an odds ratio; assume a `range`"


_NUMBERS: dict[Kind, str] = {
    "chance": "chance",
    "ratio": "ratio",
    "strength": "causal strength",
    "value": "weight or variance",
}


def _why_not(statement: Statement) -> str:
    if not statement.judges:
        return f"is {'a fact' if statement.reports else 'context'} and judges no number"
    if all(judgement.horizon_days is not None for judgement in statement.judges):
        return "speaks of another horizon (`horizon_days`) and sets no number"
    return "does not judge this number"


def _ranked_flaws(slot: Parameter, place: Place, value: float) -> Flaws:
    """Of a truncated normal on a scale from 0 to 1: outside these its tables would be 0/0."""
    least, most = (LEAST_VARIANCE, MOST_VARIANCE) if slot.key == f"{slot.variable}.variance" else (0.0, MOST_WEIGHT)
    if not least <= value <= most or value == 0:
        lower = f"at least {least:g}" if least else "above 0"
        yield place, f"{value:g} is not allowed; it must be {lower} and at most {most:g}"


def _asked(slot: Parameter, model: ModelRecords) -> str:
    if slot.kind == "ratio":
        parent, states = next((p, s) for p, s in slot.given.items() if s != (slot.reference[p],))
        against = f"{parent} = {' or '.join(states)} against {parent} = {slot.reference[parent]}"
        return (
            f"the effect of {against} on {slot.variable}; an influence must compare these two, "
            "a probability must name this column in `given`"
        )
    what = f"{slot.variable} in {' or '.join(slot.event)}" if slot.event else slot.key
    if not slot.given:
        return f"the probability of {what}"
    shown = ", ".join(
        f"{parent} = {' or '.join(states)}"
        for parent, states in slot.given.items()
        if set(states) != set(model.variables[parent].states)
    )
    return f"{what}, given {shown}; a judgement must say so in `given`"
