"""Several judgements of one number, and its reference → one normal on the number's line.

The supra-Bayesian view (Winkler 1981; Lindley 1983; French 1985): the reference is what would be believed without any
expert, and each statement is an observation of the number with an error. All experts share an error that no number of
them averages away (Clemen & Winkler 1985), and where they and the reference disagree by more than their errors explain,
the result is widened (Birge's ratio, as the Particle Data Group scales errors).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.elicitation.distributions import Array
from tocsin.records.model import Pooling

MOST_BY_SUBSETS = 8
"""Origins that hang together whose matching is worked out set by set."""
_Edge = tuple[tuple[str, str], int, float]


@dataclass(frozen=True)
class Observation:
    """What one statement says of a number, on the number's line."""

    statement: str
    speaker: str
    origin: str
    mean: float
    variance: float
    """Its words' variance, divided by its weight."""

    @property
    def precision(self) -> float:
        """1 / variance."""
        return 1 / self.variance


@dataclass(frozen=True)
class Voice:
    """Statements that count as one voice.

    Its mean is weighted by precision; its variance is that of its most precise member.
    """

    name: str
    """The statement that the matching chose."""
    members: tuple[Observation, ...]
    mean: float
    variance: float


@dataclass(frozen=True)
class Combination:
    """A number's place on its line after all statements were heard.

    shares: of the precision, per statement; with `reference_share` they sum to 1.
    dispute: Birge's ratio χ²/k; above 1 it has multiplied the variance.
    """

    mean: float
    variance: float
    voices: tuple[Voice, ...] = ()
    shares: tuple[tuple[str, float], ...] = ()
    reference_share: float = 1.0
    dispute: float = 0.0


def combine(
    reference: tuple[float, float], observations: Iterable[Observation], common: float, rule: Pooling = "supra_bayesian"
) -> Combination:
    """The reference (mean, variance) and the observations together; common: κ², the variance of the shared error."""
    voices = voices_of(observations)
    start, spread = reference
    if not voices:
        return Combination(start, spread)
    middle, error = _RULES[rule](
        np.array([voice.mean for voice in voices]), np.array([voice.variance for voice in voices])
    )
    error += common
    precision = 1 / spread + 1 / error
    mean = (start / spread + middle / error) / precision
    scatter = sum((voice.mean - middle) ** 2 / voice.variance for voice in voices)
    dispute = ((start - mean) ** 2 / spread + (middle - mean) ** 2 / error + scatter) / len(voices)
    widened = max(1.0, dispute) if rule == "supra_bayesian" else 1.0
    experts = 1 / error / precision
    return Combination(
        float(mean), float(widened / precision), voices, _shares(voices, experts), 1 - experts, float(dispute)
    )


def voices_of(observations: Iterable[Observation]) -> tuple[Voice, ...]:
    """What has one vote each: a statement ties its speaker to its origin, and the voices are the maximum-weight
    matching of speakers and origins by precision. What the matching leaves out joins the voice of its origin, else of
    its speaker.
    """
    observed = sorted(observations, key=lambda observation: observation.statement)
    chosen = matching(
        [(observation.speaker, observation.origin) for observation in observed],
        np.array([observation.precision for observation in observed]),
    )
    members = {place: [observed[place]] for place in chosen}
    for place, observation in enumerate(observed):
        if place not in members:
            members[_joined(observation, [(leader, observed[leader]) for leader in chosen])].append(observation)
    return tuple(_voice(observed[place].statement, several) for place, several in members.items())


def matching(edges: Sequence[tuple[str, str]], weights: Array) -> list[int]:
    """The edges (left, right), rising, of the maximum-weight matching; weights above 0 `[edges]`.

    Weights count to 12 digits, and of equal ones the earlier edge is kept, so that processors agree.
    """
    # A billionth less for each later edge decides between equal weights.
    worth = [float(f"{weight:.12g}") * (1 - 1e-9 * place / len(edges)) for place, weight in enumerate(weights)]
    chosen: list[int] = []
    for places in connected([(("left", left), ("right", right)) for left, right in edges]):
        rights = sorted({edges[place][1] for place in places})
        solve = _by_subsets if len(rights) <= MOST_BY_SUBSETS else _by_assignment
        chosen += solve([(edges[place], place, worth[place]) for place in places], rights)
    return sorted(chosen)


def connected(several: Sequence[Iterable[Hashable]]) -> list[list[int]]:
    """The places of what hangs together by common members, directly or through others."""
    groups: list[tuple[set[Hashable], list[int]]] = []
    for place, members in enumerate(several):
        joined, places = set(members), [place]
        apart = []
        for other, held in groups:
            if other & joined:
                joined, places = joined | other, held + places
            else:
                apart.append((other, held))
        groups = [*apart, (joined, places)]
    return [sorted(places) for _, places in groups]


def _by_subsets(edges: Sequence[_Edge], rights: Sequence[str]) -> list[int]:
    """Of few right ends: the best matching for each set of those that are taken, one left end after another."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for left in sorted({edge[0] for edge, _, _ in edges}):
        after = dict(best)
        for (own, right), place, worth in edges:
            bit = 1 << rights.index(right)
            for taken, (total, chosen) in best.items() if own == left else ():
                if not taken & bit and total + worth > after.get(taken | bit, (0.0,))[0]:
                    after[taken | bit] = (total + worth, (*chosen, place))
        best = after
    return list(max(best.values())[1])


def _by_assignment(edges: Sequence[_Edge], rights: Sequence[str]) -> list[int]:
    """Of many: SciPy's assignment, which takes longer to import than an answer takes."""
    from scipy.optimize import linear_sum_assignment

    lefts = sorted({edge[0] for edge, _, _ in edges})
    best = np.zeros((len(lefts), len(rights)))
    holder = np.full(best.shape, -1)
    for (left, right), place, worth in edges:
        cell = lefts.index(left), rights.index(right)
        if worth > best[cell]:
            best[cell], holder[cell] = worth, place
    rows, columns = linear_sum_assignment(best, maximize=True)
    return [int(place) for place in holder[rows, columns] if place >= 0]


def _joined(observation: Observation, chosen: Sequence[tuple[int, Observation]]) -> int:
    same_origin = [place for place, other in chosen if other.origin == observation.origin]
    same_speaker = [place for place, other in chosen if other.speaker == observation.speaker]
    return (same_origin or same_speaker)[0]


def _voice(name: str, members: Sequence[Observation]) -> Voice:
    weights = np.array([_weight(member, members) for member in members])
    means = np.array([member.mean for member in members])
    mean = float(weights @ means / weights.sum()) if len(members) > 1 else members[0].mean
    return Voice(name, tuple(members), mean, min(member.variance for member in members))


def _weight(member: Observation, members: Sequence[Observation]) -> float:
    """The precision of a member; what its speaker says several times in the same words counts once, as its best."""
    copies = [copy for copy in members if (copy.speaker, copy.mean) == (member.speaker, member.mean)]
    return max(copy.precision for copy in copies) / len(copies)


def _shares(voices: Sequence[Voice], experts: float) -> tuple[tuple[str, float], ...]:
    """Per statement its share of the precision, of which all statements together have `experts`."""
    total = sum(1 / voice.variance for voice in voices)
    found = []
    for voice in voices:
        within = sum(_weight(member, voice.members) for member in voice.members)
        own = experts / voice.variance / total / within
        found += [(member.statement, float(own * _weight(member, voice.members))) for member in voice.members]
    return tuple(found)


def _supra_bayesian(means: Array, variances: Array) -> tuple[float, float]:
    total = float((1 / variances).sum())
    return float((means / variances).sum() / total), 1 / total


def _average(means: Array, variances: Array) -> tuple[float, float]:
    """Weights normed to 1, so that agreement adds nothing."""
    weights = 1 / variances / (1 / variances).sum()
    return float(weights @ means), float(1 / (weights @ (1 / variances)))


def _linear(means: Array, variances: Array) -> tuple[float, float]:
    """The mixture with weights by precision, its first two moments kept."""
    weights = 1 / variances / (1 / variances).sum()
    mean = float(weights @ means)
    return mean, float(weights @ (variances + (means - mean) ** 2))


_RULES: dict[Pooling, Callable[[Array, Array], tuple[float, float]]] = {
    "supra_bayesian": _supra_bayesian,
    "average": _average,
    "linear": _linear,
}
