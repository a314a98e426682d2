"""Do the findings contradict each other under the model? (Jensen, Chamberlain, Nordahl & Jensen 1991)

conf = log [Π P(eᵢ) / P(e)] in nats: above 0 the findings are together less likely than if they had nothing to do with
each other, which means a possible contradiction, or a rare case. Pairs show where it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tocsin.analysis.case import Case
from tocsin.assessment import is_informative
from tocsin.canonical import Canonical, figure
from tocsin.inference import Engine
from tocsin.inference.query import Forced
from tocsin.network.network import Array

FACTS = "facts on "
"""What the name of a variable's facts begins with."""

Evidence = Mapping[str, tuple[str, Array]]
"""Per finding its variable and likelihood `[S]`."""


@dataclass(frozen=True)
class Conflict(Canonical):
    """nats: of all findings together; pairs: of each two, the most contradictory first."""

    nats: float
    pairs: tuple[tuple[str, str, float], ...]
    findings: tuple[str, ...]


def conflict(case: Case) -> Conflict:
    """Among the scenario's observations and reports and the statements' facts, those on one variable as one finding.

    Beliefs and interventions are no evidence and take no part; interventions hold throughout.
    """
    found: dict[str, tuple[str, Array]] = {}
    for name, row in case.model.priors.likelihoods.items():
        if is_informative(row) and name not in case.evidence.forced:
            found[f"{FACTS}{name}"] = (name, row)
    for finding in case.findings:
        if finding.kind not in ("believed", "forced") and is_informative(finding.row):
            found[finding.name] = (finding.variable, finding.row)
    return conflict_of(case.model.engine, found, case.evidence.forced)


def conflict_of(engine: Engine, findings: Evidence, forced: Forced | None = None) -> Conflict:
    """The measure for any network; each finding alone, each pair, and all together are the rows of one batch."""
    names = tuple(findings)
    if len(names) < 2:
        return Conflict(0.0, (), names)
    groups = [*((name,) for name in names), *combinations(names, 2), names]
    likelihoods: dict[str, Array] = {}
    for name, (variable, row) in findings.items():
        holds = np.array([name in group for group in groups])
        own = np.where(holds[:, np.newaxis], row / row.max(), 1.0)
        likelihoods[variable] = likelihoods.get(variable, np.ones((1, 1))) * own
    logs = engine.posteriors(likelihoods, do=forced, targets=()).log_evidence
    # What the network says without any finding: 0, but where impossible states are forced.
    single = dict(zip(names, map(float, logs), strict=False))
    pairs = [
        (a, b, figure(single[a] + single[b] - float(log)))
        for (a, b), log in zip(combinations(names, 2), logs[len(names) :], strict=False)
    ]
    total = sum(single.values()) - float(logs[-1])
    return Conflict(total, tuple(sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))), names)
