"""Which statements are one voice: whatever shares a speaker or an origin has one vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.elicitation.distributions import Array


@dataclass(frozen=True)
class Voice:
    """Who says it, and from what origin."""

    statement: str
    speaker: str
    origin: str


def clusters(voices: Iterable[Voice]) -> dict[str, str]:
    """Per statement its cluster, named after the cluster's first statement; by union and find.

    >>> clusters([Voice("a", "X", "1"), Voice("b", "X", "2"), Voice("c", "Y", "2"), Voice("d", "Z", "3")])
    {'a': 'a', 'b': 'a', 'c': 'a', 'd': 'd'}
    """
    voices = sorted(voices, key=lambda voice: voice.statement)
    leader: dict[tuple[str, str], tuple[str, str]] = {}

    def find(node: tuple[str, str]) -> tuple[str, str]:
        while leader.setdefault(node, node) != node:
            node = leader[node]
        return node

    for voice in voices:
        leader[find(("origin", voice.origin))] = find(("speaker", voice.speaker))
    first: dict[tuple[str, str], str] = {}
    return {voice.statement: first.setdefault(find(("speaker", voice.speaker)), voice.statement) for voice in voices}


def shares(weights: Sequence[float], names: Sequence[str]) -> tuple[float, ...]:
    """Each vote's share of a pool, summing to 1, given its weight above 0 and its cluster.

    A cluster weighs as much as its members do on average; within it they split by weight, so that a copy adds nothing.
    """
    members: dict[str, list[float]] = {}
    for weight, name in zip(weights, names, strict=True):
        members.setdefault(name, []).append(weight)
    total = sum(sum(group) / len(group) for group in members.values())
    return tuple(weight / (len(members[name]) * total) for weight, name in zip(weights, names, strict=True))


def repeated(origins: Sequence[str], powers: Array) -> list[bool]:
    """Per report whether another one of its origin says as much or more about every state.

    powers: log likelihoods `[reports, states]`, the earliest report first, which is kept where two say the same. Such
    an echo is set aside before clusters are formed: it must neither add evidence nor tie its speaker to the origin.
    """
    return [
        any(
            origin == origins[other] and _covers(powers[other], powers[one])
            for other in range(len(origins))
            # Of two that say the same, only the later one is an echo.
            if other < one or (other > one and not _covers(powers[one], powers[other]))
        )
        for one, origin in enumerate(origins)
    ]


def strongest(powers: Array) -> Array:
    """Per state the log likelihood `[states]` furthest from 0 among `[reports, states]`; equal opposites cancel."""
    highest, lowest = np.maximum(powers.max(axis=0), 0.0), np.minimum(powers.min(axis=0), 0.0)
    return np.where(highest > -lowest, highest, np.where(highest < -lowest, lowest, 0.0))


def _covers(more: Array, less: Array) -> bool:
    """Whether `more` says of every state what `less` says, as strongly or more."""
    same_side = (less == 0) | (np.sign(more) == np.sign(less))
    return bool((same_side & (np.abs(more) >= np.abs(less))).all())
