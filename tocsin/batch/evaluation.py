"""The answers to rows that are numbers by now: points, intervals, and why a row's evidence is impossible.

Shape letters: B rows, S states of one variable, T targets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tocsin.assessment import impossible
from tocsin.batch.chunks import Places
from tocsin.batch.columns import Target
from tocsin.batch.encoding import EncodedRows, Ground
from tocsin.canonical import canonical, significant
from tocsin.errors import Contradiction
from tocsin.inference import Posteriors, posteriors_with_beliefs
from tocsin.inference.draws import Quantiles, UnderDraws, tails
from tocsin.inference.query import CheckedTables, checked_tables
from tocsin.model import Model, columns_of
from tocsin.network.network import Array
from tocsin.tables import table


def why_impossible(ground: Ground, rows: EncodedRows) -> list[str]:
    """One line per row, as `assess` words it: the smallest group of findings, up to two, that cannot be; else all."""
    reasons = [""] * rows.count
    if not rows.count:
        return reasons
    told = _states_left(ground, rows)
    open_rows = np.arange(rows.count)
    for names in _groups(list(told)):
        if not len(open_rows):
            break
        part = rows.only(open_rows)
        given = {name: part.likelihoods[name] if name in names else row for name, row in ground.facts.items()}
        given |= {name: part.likelihoods[name] for name in names}
        forced = {name: places for name, places in part.forced.items() if (places >= 0).any()}
        found = ground.model.engine.posteriors(given, do=forced, targets=()).log_evidence
        cannot = ~np.isfinite(np.broadcast_to(found, len(open_rows)))
        for row in open_rows[cannot]:
            reasons[row] = _worded(ground, rows, int(row), [(name, told[name][row]) for name in names])
        open_rows = open_rows[~cannot]
    for row in open_rows:
        reasons[row] = _worded(ground, rows, int(row), [(name, told[name][row]) for name in told if told[name][row]])
    return reasons


def _groups(names: list[str]) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in names)
    yield from combinations(names, 2)


def _states_left(ground: Ground, rows: EncodedRows) -> dict[str, list[str]]:
    """By variable with findings, and by row, the states that the evidence leaves; '' where it rules none out."""
    told = {}
    for name, likelihood in rows.likelihoods.items():
        left = np.broadcast_to(np.asarray(likelihood) > 0, (rows.count, ground.model.network.size(name)))
        if not left.all():
            variable = ground.model.records.variables[name]
            told[name] = _labels([variable.label(state) for state in variable.states], left)
    return told


def _labels(states: list[str], left: NDArray[np.bool_]) -> list[str]:
    patterns, which = np.unique(left, axis=0, return_inverse=True)
    names = [
        "" if pattern.all() else " or ".join(s for s, holds in zip(states, pattern, strict=True) if holds) or "nothing"
        for pattern in patterns
    ]
    return [names[place] for place in which]


def _worded(ground: Ground, rows: EncodedRows, row: int, findings: list[tuple[str, str]]) -> str:
    states = ground.model.network.states
    forced = {name: states[name][places[row]] for name, places in rows.forced.items() if places[row] >= 0}
    return impossible(ground.model, ((name, left) for name, left in findings if left), forced)


BELIEF_ROWS = 2048
"""Solved for together: a row whose beliefs cannot hold costs its neighbours a second attempt."""
PARAMETER_ROWS = 4096
"""With tables of their own at once, for the memory that these take."""
MOST_PATTERNS = 32
"""Of forced variables. Beyond, rows that force different ones share a call, which is slower than a call without."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What B rows are told, canonical; NaN where there is an error.

    p: `[T, B]`; low, high: `[T, B]`, or None without intervals; p_evidence: `[B]`; errors: by row.
    """

    p: Array
    low: Array | None
    high: Array | None
    p_evidence: Array
    errors: Mapping[int, str]


def points(ground: Ground, rows: EncodedRows, targets: Sequence[Target]) -> Answers:
    """Probabilities without intervals."""
    p, p_evidence = np.empty((len(targets), rows.count)), np.empty(rows.count)
    errors: dict[int, str] = {}
    for places in _alike(ground, rows):
        if len(places) == rows.count:
            return _answer(ground, rows, targets)
        answer = _answer(ground, rows.only(places), targets)
        p[:, places], p_evidence[places] = answer.p, answer.p_evidence
        errors |= {int(places[row]): message for row, message in answer.errors.items()}
    return Answers(p, None, None, p_evidence, errors)


def intervals(ground: Ground, rows: EncodedRows, targets: Sequence[Target]) -> Answers:
    """Probabilities with the quantiles over the model's draws, as `assess` has them; like rows are asked once."""
    answer = points(ground, rows, targets)
    p, p_evidence, errors = answer.p, answer.p_evidence, dict(answer.errors)
    ends = np.full((2, *p.shape), np.nan)
    possible = np.setdiff1d(np.arange(rows.count), np.fromiter(errors, np.intp, len(errors)))
    first, which = _distinct(rows.only(possible))
    distinct = rows.only(possible[first])
    for places in _alike(ground, distinct, apart=True):
        found = _quantiles(ground, distinct.only(places), targets)
        ends[:, :, possible[first[places]]] = found.values.transpose(0, 2, 1)
        errors |= {int(possible[first[places[place]]]): message for place, message in found.contradictions.items()}
    like = possible[first[which]]
    ends[:, :, possible] = ends[:, :, like]
    errors |= {int(row): errors[int(same)] for row, same in zip(possible, like, strict=True) if int(same) in errors}
    contradicted = [row for row in errors if row not in answer.errors]
    p[:, contradicted] = p_evidence[contradicted] = np.nan
    return Answers(p, ends[0], ends[1], p_evidence, errors)


def _distinct(rows: EncodedRows) -> tuple[Places, Places]:
    """Where each distinct row stands first, and by row which of these it is."""
    if not rows.count:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    groups = (rows.likelihoods, rows.beliefs, rows.forced, rows.parameters)
    arrays = (array for group in groups for array in group.values() if len(array) == rows.count)
    columns = [np.ascontiguousarray(array.reshape(rows.count, -1)).view(np.uint8) for array in arrays]
    if not columns:
        return np.zeros(1, np.intp), np.zeros(rows.count, np.intp)
    content = np.concatenate(columns, axis=1)
    _, first, which = np.unique(content.view(f"V{content.shape[1]}")[:, 0], return_index=True, return_inverse=True)
    return first, which


def _quantiles(ground: Ground, rows: EncodedRows, targets: Sequence[Target]) -> Quantiles:
    """The ends of each target's interval, of rows that force, believe and set the same variables."""
    model, levels = ground.model, tails(ground.base.interval)
    beliefs = {name: chances for name, chances in rows.beliefs.items() if not np.isnan(chances[:1]).any()}
    forced = {name: places for name, places in rows.forced.items() if places[0] >= 0}
    numbers = {key: values for key, values in rows.parameters.items() if not np.isnan(values[0])}
    if not numbers:
        return under_draws(model, targets).quantiles(levels, rows.likelihoods, forced, beliefs)
    values = np.empty((len(levels), rows.count, len(targets)))
    contradictions: dict[int, str] = {}
    own, which = np.unique(np.stack(list(numbers.values())), axis=1, return_inverse=True)
    shared, drawn = under_draws(model, targets), model.priors.draws(model.count, model.seed)
    for place in range(own.shape[1]):
        draws = _filled(
            model,
            drawn,
            {key: np.full(model.count, value) for key, value in zip(numbers, own[:, place], strict=True)},
            model.count,
        )
        tables = CheckedTables(checked_tables(model.network, shared.draws) | checked_tables(model.network, draws))
        # Not `replace`, which would share what was worked out under the other draws.
        asked = UnderDraws(model.engine, tables, model.count, shared.events)
        alike = np.flatnonzero(which == place)
        part = replace(rows, parameters={}).only(alike)
        found = asked.quantiles(
            levels,
            part.likelihoods,
            {name: part.forced[name] for name in forced},
            {n: part.beliefs[n] for n in beliefs},
        )
        values[:, alike] = found.values
        contradictions |= {int(alike[row]): message for row, message in found.contradictions.items()}
    return Quantiles(values, contradictions)


@lru_cache(maxsize=4)
def under_draws(model: Model, targets: Sequence[Target]) -> UnderDraws:
    """The targets under the model's draws; kept, since what it works out for one part serves the next."""
    events = tuple(
        (target.variable, tuple(model.network.index(target.variable, state) for state in target.states))
        for target in targets
    )
    return UnderDraws(model.engine, checked_tables(model.network, model.draws), model.count, events)


def _alike(ground: Ground, rows: EncodedRows, *, apart: bool = False) -> Iterator[Places]:
    """Rows that force, believe and set the same variables, in blocks that fit in memory.

    apart: even where there are many patterns of forced variables, as there must be where forcing changes the links.
    """
    marks = [places >= 0 for places in rows.forced.values()]
    apart = apart or bool(ground.model.links.later(tuple(rows.forced)))
    if not apart and len(marks) > 1 and len(np.unique(np.stack(marks), axis=1).T) > MOST_PATTERNS:
        marks = []
    marks += [~np.isnan(chances[:, 0]) for chances in rows.beliefs.values()]
    marks += [~np.isnan(values) for values in rows.parameters.values()]
    varying = [mark for mark in marks if mark.any() and not mark.all()]
    if varying:
        _, group = np.unique(np.stack(varying), axis=1, return_inverse=True)
        groups = [np.flatnonzero(group == number) for number in range(group.max(initial=-1) + 1)]
    else:
        groups = [np.arange(rows.count)]
    size = BELIEF_ROWS if rows.beliefs else PARAMETER_ROWS if rows.parameters else max(rows.count, 1)
    for places in groups:
        for start in range(0, len(places), size):
            yield places[start : start + size]


def _answer(ground: Ground, rows: EncodedRows, targets: Sequence[Target]) -> Answers:
    """As `points`, of rows that are alike."""
    forced = {name: places for name, places in rows.forced.items() if (places >= 0).any()}
    ground = _forcing(ground, tuple(forced))
    model, engine = ground.model, ground.model.engine
    names = list(dict.fromkeys(target.variable for target in targets))
    beliefs = {name: chances for name, chances in rows.beliefs.items() if not np.isnan(chances[0, 0])}
    tables = parameter_tables(model, rows.parameters)
    seen = engine.posteriors(rows.likelihoods, tables, forced, targets=() if beliefs else names)
    log_evidence = np.broadcast_to(seen.log_evidence, rows.count)
    p_evidence = significant(np.exp(log_evidence - _before(ground, forced, tables)))
    impossible = np.flatnonzero(~np.isfinite(log_evidence))
    errors = dict(zip(impossible.tolist(), why_impossible(ground, rows.only(impossible)), strict=True))
    if beliefs:
        possible = np.flatnonzero(np.isfinite(log_evidence))
        marginals = {name: np.full((rows.count, model.network.size(name)), np.nan) for name in names}
        for places, found in _with_beliefs(model, rows.only(possible), list(beliefs), names):
            if isinstance(found, str):
                errors[int(possible[places[0]])] = found
                continue
            for name in names:
                marginals[name][possible[places]] = found.marginals[name]
    else:
        marginals = dict(seen.marginals)
    p = np.empty((len(targets), rows.count))
    for row, target in zip(p, targets, strict=True):
        row[:] = _of_target(model, marginals[target.variable], target)
    p_evidence[[row for row in errors if np.isfinite(log_evidence[row])]] = np.nan
    return Answers(canonical(p), None, None, p_evidence, errors)


@lru_cache(maxsize=MOST_PATTERNS)
def _forcing(ground: Ground, names: tuple[str, ...]) -> Ground:
    """The ground where these variables are forced too: nothing is learned from them of numbers that others share."""
    return replace(ground, model=ground.model.forcing(names))


def _of_target(model: Model, marginal: Array, target: Target) -> Array:
    """`[B]` from `[B, S]`."""
    chosen = [model.network.index(target.variable, state) for state in target.states]
    return marginal[:, chosen[0]] if len(chosen) == 1 else np.asarray(marginal[:, chosen].sum(axis=1))


def _before(ground: Ground, forced: Mapping[str, Places], tables: Mapping[str, Array]) -> Array:
    """log P(facts) `[B]` or `[1]`: what P(evidence) is told against. Rows that force the same have the same."""
    engine = ground.model.engine
    if tables or not forced:
        return engine.posteriors(ground.facts, tables, forced, targets=()).log_evidence
    distinct, which = np.unique(np.stack(list(forced.values())), axis=1, return_inverse=True)
    do = dict(zip(forced, distinct, strict=True))
    found = engine.posteriors(ground.facts, do=do, targets=()).log_evidence
    return np.broadcast_to(found, distinct.shape[1])[which]


def _with_beliefs(
    model: Model, rows: EncodedRows, beliefs: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[Places, Posteriors | str]]:
    """Posteriors of rows with beliefs; of a row whose beliefs cannot hold, alone, why not: found by halving."""
    waiting = [np.arange(rows.count)] if rows.count else []
    while waiting:
        places = waiting.pop()
        part = rows.only(places)
        tables = parameter_tables(model, part.parameters)
        forced = {name: do for name, do in part.forced.items() if (do >= 0).any()}
        wanted = {name: part.beliefs[name] for name in beliefs}
        try:
            found = posteriors_with_beliefs(model.engine, wanted, part.likelihoods, forced, tables, names)
        except Contradiction as error:
            if len(places) == 1:
                yield places, str(error)
            else:
                waiting += [places[len(places) // 2 :], places[: len(places) // 2]]
            continue
        yield places, found


def parameter_tables(model: Model, parameters: Mapping[str, Array]) -> dict[str, Array]:
    """Tables `[S, parents..., B]` of the variables with numbers set; their other numbers stand at their points."""
    known = {key: values for key, values in parameters.items() if not np.isnan(values[:1]).any()}
    if not known:
        return {}
    return _filled(model, columns_of(model.priors), known, len(next(iter(known.values()))))


def _filled(model: Model, values: Mapping[str, Array], known: Mapping[str, Array], length: int) -> dict[str, Array]:
    """Tables of the variables whose numbers are set, and of those that share numbers with them."""
    priors, links, variables = model.priors, model.links, model.records.variables
    placed = priors.by_place({**values, **known})
    set_on = {variable for key in known for variable in priors.by_key[key].variables}
    touched = dict.fromkeys(name for variable in variables if variable in set_on for name in links.group_of(variable))
    found = {}
    for name in touched:
        own = {place: value for place, value in placed.items() if place.split(".", 1)[0] == name}
        wide = {place: np.broadcast_to(value, (*value.shape[:-1], length)) for place, value in own.items()}
        found[name] = links.wide(name, table(name, variables, wide, priors.cuts))
    return found
