"""The uncertain numbers of a model, each of which can be set to a value or moved on its own scale.

A table with one number changed is the *expected* table: averaged over the draws of its other numbers where the family
is not linear in them, computed from their means where it is (is_linear), so that a posterior under it is exact.
Shape letters: S states, D draws, N values tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.analysis.filling import Filler, Part
from tocsin.elicitation import Prior, Priors, SimplexPrior
from tocsin.elicitation.distributions import Beta, Distribution, Fixed
from tocsin.elicitation.mixtures import shifted
from tocsin.elicitation.simplexes import Dirichlet
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.tables import is_linear


@dataclass(frozen=True)
class Parameter:
    """One uncertain number: a prior of its own, or a state's share of a Dirichlet.

    key: its place in the file; held: the key under which its draws are kept; statements: those with a vote on it.
    """

    key: str
    variable: str
    kind: str
    held: str
    place: int | None
    """The state, for a share of a Dirichlet."""
    distribution: Distribution
    mean: float
    statements: tuple[str, ...]

    def quantiles(self, levels: Sequence[float]) -> Array:
        """Its values `[N]` at levels of belief."""
        return self.distribution.quantile(np.asarray(levels, dtype=np.float64))

    def moved(self, values: Array, steps: Array | float) -> Array:
        """Values moved by steps in log-odds; in logarithms for an odds ratio or a weight."""
        if self.kind in ("ratio", "value"):
            return np.asarray(values * np.exp(steps))
        if self.kind == "strength":
            return np.asarray(2 * shifted((values + 1) / 2, steps) - 1)  # type: ignore[arg-type]
        return shifted(values, steps)  # type: ignore[arg-type]

    def distance(self, old: float, new: float) -> float:
        """How far apart two values are on the scale of `moved`."""
        if self.kind in ("ratio", "value"):
            return float(np.log(new / old))
        if self.kind == "strength":
            old, new = (old + 1) / 2, (new + 1) / 2
        return float(np.log(new / (1 - new)) - np.log(old / (1 - old)))


def parameters(priors: Priors) -> tuple[Parameter, ...]:
    """Every uncertain number, in the order of keys."""
    return tuple(one for prior in priors.by_key.values() for one in _parameters(prior))


def _parameters(prior: Prior | SimplexPrior) -> Iterator[Parameter]:
    if isinstance(prior, SimplexPrior):
        if not isinstance(prior.distribution, Dirichlet):
            return
        alphas = prior.distribution.alphas
        said = {part.key.rsplit(".", 1)[1]: tuple(vote.statement for vote in part.votes) for part in prior.parts}
        for place, state in enumerate(prior.states):
            others = sum(alphas) - alphas[place]
            if alphas[place] > 0 and others > 0:
                share = Beta(alphas[place], others)
                key = f"{prior.key}.{'shares' if prior.parts else 'chances'}.{state}"
                yield Parameter(key, prior.variable, "chance", prior.key, place, share, share.mean, said.get(state, ()))
    elif not isinstance(prior.distribution, Fixed):
        mean = prior.distribution.mean
        votes = tuple(vote.statement for vote in prior.votes)
        yield Parameter(prior.key, prior.variable, prior.kind, prior.key, None, prior.distribution, mean, votes)


class Turner:
    """Fills the table of one number's variable with the number changed, everything else as it is.

    draws: how many of the model's draws to average over; all of them by default.
    """

    def __init__(self, model: Model, draws: int | None = None):
        self.model = model
        self._variables = model.records.variables
        self._count = min(draws or model.count, model.count)
        self._filler = Filler(model.records, model.priors)
        self._expected: dict[str, Array] = {}
        self._keys: dict[str, list[str]] = {}
        for key, one in model.priors.by_key.items():
            self._keys.setdefault(one.variable, []).append(key)
        self._draws = model.priors.draws(model.count, model.seed)
        self._points = {
            key: np.asarray(point, dtype=np.float64)[..., np.newaxis] for key, point in model.priors.points().items()
        }

    def values(self, parameter: Parameter) -> Array:
        """The number itself: its draws `[D]`, or its point `[1]` where the table is linear."""
        held = self._values(parameter.variable)[parameter.held]
        return held if parameter.place is None else held[parameter.place]

    def pinned(self, parameter: Parameter, values: Array) -> Array:
        """Expected tables `[S, parents..., N]` if the number were known to be each of the values `[N]`."""
        like = self.values(parameter)
        return self._tables(parameter.variable, [(parameter, np.multiply.outer(values, np.ones_like(like)))])

    def pinned_pair(self, first: Parameter, second: Parameter, pairs: Sequence[tuple[float, float]]) -> Array:
        """Expected tables `[S, parents..., N]` of two numbers of one variable."""
        like, values = np.ones_like(self.values(first)), np.array(pairs)
        both = [(first, np.multiply.outer(values[:, 0], like)), (second, np.multiply.outer(values[:, 1], like))]
        return self._tables(first.variable, both)

    def moved(self, parameter: Parameter, steps: Sequence[float]) -> Array:
        """Expected tables `[S, parents..., N]` with the whole prior moved by each of the steps `[N]`."""
        values = parameter.moved(self.values(parameter), np.array(steps)[:, np.newaxis])
        return self._tables(parameter.variable, [(parameter, values)])

    def mean_after(self, parameter: Parameter, step: float) -> float:
        """The number's mean once its prior has been moved."""
        return float(parameter.moved(self.values(parameter), step).mean())

    def _values(self, variable: str) -> Mapping[str, Array]:
        keys = self._keys[variable]
        if is_linear(self._variables[variable]):
            return {key: self._points[key] for key in keys}
        return {key: self._draws[key][..., : self._count] for key in keys}

    def _tables(self, variable: str, changed: Sequence[tuple[Parameter, Array]]) -> Array:
        """Tables averaged over the draws; changed: numbers of the variable with their values `[N, D]`."""
        part = self._filler.part(variable, [parameter.held for parameter, _ in changed])
        count, draws = changed[0][1].shape
        most = self._filler.block(variable, part) // draws
        made = self._row_by_row(variable, changed, part) if most < 1 else self._together(variable, changed, part, most)
        if part is None:
            return made
        whole = np.repeat(self._own(variable), count, axis=-1)
        return self._filler.place(variable, part, whole, made)

    def _row_by_row(self, variable: str, changed: Sequence[tuple[Parameter, Array]], part: Part | None) -> Array:
        """Each value's draws in blocks."""
        held, made = self._values(variable), []
        for row in range(len(changed[0][1])):
            values = dict(held)
            for parameter, all_values in changed:
                now = all_values[row]
                values[parameter.held] = _replaced(values[parameter.held], parameter.place, now)
            made.append(self._filler.expected(variable, values, part))
        return np.concatenate(made, axis=-1)

    def _together(
        self, variable: str, changed: Sequence[tuple[Parameter, Array]], part: Part | None, most: int
    ) -> Array:
        """The draws of several values, up to `most` of them, side by side."""
        held, made = self._values(variable), []
        count, draws = changed[0][1].shape
        for start in range(0, count, most):
            rows = min(most, count - start)
            values = {key: np.tile(own, rows) for key, own in held.items()}
            for parameter, all_values in changed:
                now = all_values[start : start + rows].reshape(-1)
                values[parameter.held] = _replaced(values[parameter.held], parameter.place, now)
            filled = self._filler.filled(variable, values, part)
            made.append(filled.reshape(*filled.shape[:-1], rows, draws).mean(axis=-1))
        return np.concatenate(made, axis=-1)

    def _own(self, variable: str) -> Array:
        """The expected table `[S, parents..., 1]` with every number as it is."""
        if variable not in self._expected:
            self._expected[variable] = self._filler.expected(variable, self._values(variable))
        return self._expected[variable]


def stacked(model: Model, changed: Sequence[tuple[str, Array]]) -> dict[str, Array]:
    """Tables for one batch: entries name a variable and its tables `[S, parents..., N]`, rows one after another.

    In the rows of the other entries a variable keeps the model's own table.
    """
    lengths = [made.shape[-1] for _, made in changed]
    starts = np.cumsum([0, *lengths])
    tables: dict[str, Array] = {}
    for (name, made), start in zip(changed, starts, strict=False):
        if name not in tables:
            own = model.network.tables[name][..., np.newaxis]
            tables[name] = np.repeat(own, int(starts[-1]), axis=-1)
        tables[name][..., start : start + made.shape[-1]] = made
    return tables


def _replaced(held: Array, place: int | None, values: Array) -> Array:
    """The number's values, or the Dirichlet's `[S, D]` with one share replaced and the others in proportion."""
    if place is None:
        return values
    changed = held * (1 - values) / (1 - held[place])
    changed[place] = values
    return np.asarray(changed)
