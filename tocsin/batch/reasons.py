"""Why a row's evidence is impossible: the smallest group of findings, up to two, that cannot be; else all of them.

Shape letters: B rows, S states of one variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tocsin.batch.rows import Ground, Rows


def why_impossible(ground: Ground, rows: Rows) -> list[str]:
    """One line per row, worded as `assess` does."""
    reasons = [""] * rows.count
    if not rows.count:
        return reasons
    told = _told(ground, rows)
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


def _told(ground: Ground, rows: Rows) -> dict[str, list[str]]:
    """By variable with findings, and by row, the states that the evidence leaves; '' where it rules none out."""
    told = {}
    for name, likelihood in rows.likelihoods.items():
        left = np.broadcast_to(np.asarray(likelihood) > 0, (rows.count, ground.model.network.size(name)))
        if not left.all():
            variable = ground.model.records.variables[name]
            told[name] = _named([variable.label(state) for state in variable.states], left)
    return told


def _named(states: list[str], left: NDArray[np.bool_]) -> list[str]:
    patterns, which = np.unique(left, axis=0, return_inverse=True)
    names = [
        "" if pattern.all() else " or ".join(s for s, holds in zip(states, pattern, strict=True) if holds) or "nothing"
        for pattern in patterns
    ]
    return [names[place] for place in which]


def _worded(ground: Ground, rows: Rows, row: int, findings: list[tuple[str, str]]) -> str:
    variables, states = ground.model.records.variables, ground.model.network.states
    told = " and ".join(f"“{variables[name].title}: {left}”" for name, left in findings if left)
    forced = " and ".join(
        f"“{variables[name].title}: {variables[name].label(states[name][places[row]])}”"
        for name, places in rows.forced.items()
        if places[row] >= 0
    )
    supposed = f" while {forced} is supposed" if forced else ""
    return f"the model holds {told} impossible{supposed}; take a finding back or make it a report"
