"""The uncertain numbers of a model, each of which can be set to a value or moved on its own scale.

A table with one number changed is the *expected* table: averaged over the draws of its other numbers where the family
is not linear in them, computed from their means where it is (is_linear), so that a posterior under it is exact.
Shape letters: S states, D draws, N values tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.elicitation import Prior, Priors, SharesPrior
from tocsin.elicitation.distributions import Distribution, Fixed, Line, from_line, onto_line
from tocsin.elicitation.parameter_priors import line_of
from tocsin.model import Model, columns_of
from tocsin.network.network import Array
from tocsin.tables import FilledPart, Filler, Values, is_linear

Tables = Mapping[str, Array]
"""Tables `[S, parents..., N]` of the variables that differ from the model's own."""


@dataclass(frozen=True)
class UncertainNumber:
    """One uncertain number: a prior of its own, or a state's share of a column.

    key: its name; held: the key under which its draws are kept; statements: those with a vote on it.
    """

    key: str
    variables: tuple[str, ...]
    """The variables whose tables need it."""
    kind: str
    held: str
    place: int | None
    """The state, for a share of a column."""
    distribution: Distribution
    mean: float
    statements: tuple[str, ...]

    @property
    def variable(self) -> str:
        """The first of them."""
        return self.variables[0]

    @property
    def line(self) -> Line:
        """The line that it is moved on; a weight is moved in logarithms."""
        return line_of(self.kind)

    def quantiles(self, levels: Sequence[float]) -> Array:
        """Its values `[N]` at levels of belief."""
        return self.distribution.quantile(np.asarray(levels, dtype=np.float64))

    def moved(self, values: Array, steps: Array | float) -> Array:
        """Values moved by steps on their line: in log-odds, in logarithms for an odds ratio or a weight."""
        return from_line(self.line, onto_line(self.line, values) + steps)

    def distance(self, old: float, new: float) -> float:
        """How far apart two values are on the line."""
        return float(onto_line(self.line, new) - onto_line(self.line, old))


def parameters(priors: Priors) -> tuple[UncertainNumber, ...]:
    """Every uncertain number, in the order of keys."""
    return tuple(parameter for prior in priors.by_key.values() for parameter in _parameters(prior))


def _parameters(prior: Prior | SharesPrior) -> Iterator[UncertainNumber]:
    if isinstance(prior, SharesPrior):
        votes = {state: tuple(vote.statement for vote in part.votes) for state, part in prior.by_state.items()}
        for place, state in enumerate(prior.states):
            share = prior.share(place)
            if not isinstance(share, Fixed):
                key = f"{prior.key}.{'shares' if prior.parts else 'chances'}.{state}"
                yield UncertainNumber(
                    key, prior.variables, "chance", prior.key, place, share, prior.point[place], votes.get(state, ())
                )
    elif not isinstance(prior.distribution, Fixed):
        statements = tuple(vote.statement for vote in prior.votes)
        yield UncertainNumber(
            prior.key,
            prior.variables,
            prior.kind,
            prior.key,
            None,
            prior.distribution,
            prior.distribution.mean,
            statements,
        )


Change = tuple[UncertainNumber, Callable[[Array], Array]]
"""A number, and its values `[N, D]` by what it is in the draws `[D]`."""

Changed = tuple[str, int | None, Array]
"""A key in a table, the state of a column's share, and the values `[N, D]`."""


class Turner:
    """Fills the tables of one number's variables with the number changed, everything else as it is.

    draws: how many of the model's draws to average over; all of them by default.
    """

    def __init__(self, model: Model, draws: int | None = None):
        self.model = model
        self._variables = model.records.variables
        self._count = min(draws or model.count, model.count)
        self._filler = Filler(model.records, model.priors)
        self._expected: dict[str, Array] = {}
        self._draws = model.priors.draws(model.count, model.seed)
        self._points = columns_of(model.priors)
        self._by_place = model.priors.by_place(self._draws), model.priors.by_place(self._points)
        self._places: dict[str, list[str]] = {}
        for key in model.priors.by_key:
            for place in model.priors.places_of(key):
                self._places.setdefault(place.split(".", 1)[0], []).append(place)

    def pinned(self, parameter: UncertainNumber, values: Array) -> Tables:
        """Expected tables `[S, parents..., N]` if the number were known to be each of the values `[N]`."""
        return self._tables([(parameter, lambda like: np.multiply.outer(values, np.ones_like(like)))], len(values))

    def pinned_pair(
        self, first: UncertainNumber, second: UncertainNumber, pairs: Sequence[tuple[float, float]]
    ) -> Tables:
        """Expected tables `[S, parents..., N]` of two numbers."""
        firsts, seconds = np.array(pairs).T
        both: list[Change] = [
            (first, lambda like: np.multiply.outer(firsts, np.ones_like(like))),
            (second, lambda like: np.multiply.outer(seconds, np.ones_like(like))),
        ]
        return self._tables(both, len(pairs))

    def moved(self, parameter: UncertainNumber, steps: Sequence[float]) -> Tables:
        """Expected tables `[S, parents..., N]` with the whole prior moved by each of the steps `[N]`."""
        by = np.array(steps)[:, np.newaxis]
        return self._tables([(parameter, lambda like: parameter.moved(like, by))], len(steps))

    def mean_after(self, parameter: UncertainNumber, step: float) -> float:
        """The number's mean once its prior has been moved."""
        held = self._draws[parameter.held][..., : self._count]
        own = held if parameter.place is None else held[parameter.place]
        return float(parameter.moved(own, step).mean()) if step else parameter.mean

    def _tables(self, changes: Sequence[Change], count: int) -> Tables:
        """Tables averaged over the draws, of each variable whose table changes; changes: numbers with their values
        `[N, D]` by what they are in the draws `[D]`."""
        touched = dict.fromkeys(variable for parameter, _ in changes for variable in parameter.variables)
        found: dict[str, Array] = {}
        for name in touched:
            group = self.model.links.group_of(name)
            if name in found:
                continue
            if len(group) == 1:
                found[name] = self._expected_tables(name, [c for c in changes if name in c[0].variables], count)
            else:
                found.update(self._linked(group, changes, count))
        return found

    def _linked(self, group: Sequence[str], changes: Sequence[Change], count: int) -> Tables:
        """The tables of variables that share numbers, which are averaged together."""
        draws, links = self._by_place[0], self.model.links
        rows: list[dict[str, Array]] = []
        values = [(parameter, change(self._held(parameter, draws))) for parameter, change in changes]
        for row in range(count):
            drawn = {}
            for name in group:
                here = {place: draws[place][..., : self._count] for place in self._places.get(name, ())}
                own = [(parameter, by_row[row]) for parameter, by_row in values if name in parameter.variables]
                for parameter, now in own:
                    for place in self._placed(parameter, name):
                        here[place] = _replaced(here[place], parameter.place, now)
                known = self.model.own_draws[name][..., : self._count]
                drawn[name] = self._filler.drawn(name, here) if own else known
            rows.append(links.expected(group, drawn))
        return {name: np.stack([drawn[name] for drawn in rows], axis=-1) for name in group}

    def _expected_tables(self, name: str, changes: Sequence[Change], count: int) -> Array:
        draws = self._by_place[1 if is_linear(name, self._variables) else 0]
        held = {place: draws[place][..., : self._count] for place in self._places[name]}
        changed = [
            (place, parameter.place, change(self._held(parameter, draws)))
            for parameter, change in changes
            for place in self._placed(parameter, name)
        ]
        part = self._filler.part(name, [place for place, _, _ in changed])
        most = self._filler.block(name, part) // changed[0][2].shape[1]
        filled = (
            self._row_by_row(name, held, changed, part) if most < 1 else self._together(name, held, changed, part, most)
        )
        if part is None:
            return filled
        whole = np.repeat(self._own(name, held), count, axis=-1)
        return self._filler.place(name, part, whole, filled)

    def _held(self, parameter: UncertainNumber, draws: Mapping[str, Array]) -> Array:
        """The number itself: its draws `[D]`, or its point `[1]` where the table is linear."""
        held = draws[self.model.priors.places_of(parameter.held)[0]][..., : self._count]
        return held if parameter.place is None else held[parameter.place]

    def _placed(self, parameter: UncertainNumber, name: str) -> list[str]:
        """The keys in a variable's table under which the number stands."""
        places = self.model.priors.places_of(parameter.held)
        return [place for place in places if place.split(".", 1)[0] == name]

    def _row_by_row(self, name: str, held: Values, changed: Sequence[Changed], part: FilledPart | None) -> Array:
        """Each value's draws in blocks."""
        filled = []
        for row in range(len(changed[0][2])):
            values = dict(held)
            for key, place, all_values in changed:
                values[key] = _replaced(values[key], place, all_values[row])
            filled.append(self._filler.expected(name, values, part))
        return np.concatenate(filled, axis=-1)

    def _together(
        self, name: str, held: Values, changed: Sequence[Changed], part: FilledPart | None, most: int
    ) -> Array:
        """The draws of several values, up to `most` of them, side by side."""
        means = []
        count, draws = changed[0][2].shape
        for start in range(0, count, most):
            rows = min(most, count - start)
            values = {key: np.tile(own, rows) for key, own in held.items()}
            for key, place, all_values in changed:
                now = all_values[start : start + rows].reshape(-1)
                values[key] = _replaced(values[key], place, now)
            filled = self._filler.filled(name, values, part)
            means.append(filled.reshape(*filled.shape[:-1], rows, draws).mean(axis=-1))
        return np.concatenate(means, axis=-1)

    def _own(self, name: str, held: Values) -> Array:
        """The expected table `[S, parents..., 1]` with every number as it is."""
        if name not in self._expected:
            self._expected[name] = self._filler.expected(name, held)
        return self._expected[name]


def stacked(model: Model, changed: Sequence[Tables]) -> dict[str, Array]:
    """Tables for one batch: entries are variables with their tables `[S, parents..., N]`, rows one after another.

    In the rows of the other entries a variable keeps the model's own table.
    """
    starts = np.cumsum([0, *(next(iter(entry.values())).shape[-1] for entry in changed)])
    tables: dict[str, Array] = {}
    for entry, start in zip(changed, starts, strict=False):
        for name, table in entry.items():
            if name not in tables:
                own = model.network.tables[name][..., np.newaxis]
                tables[name] = np.repeat(own, int(starts[-1]), axis=-1)
            tables[name][..., start : start + table.shape[-1]] = table
    return tables


def _replaced(held: Array, place: int | None, values: Array) -> Array:
    """The number's values, or the column's `[S, D]` with one share replaced and the others in proportion."""
    if place is None:
        return values
    changed = held * (1 - values) / (1 - held[place])
    changed[place] = values
    return np.asarray(changed)
