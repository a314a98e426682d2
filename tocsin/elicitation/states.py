"""Shares of several states → one distribution over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.elicitation.distributions import Beta, Distribution
from tocsin.elicitation.simplexes import Dirichlet, FixedShares, Simplex

LEAST_REST = 1e-3
"""Assumption: what is left for the states without a share of their own, where the shares add up to 1 or more: it shall
not make a state impossible that nobody called so."""


def combined(shares: Sequence[Distribution | None]) -> Simplex:
    """The Dirichlet of judged shares `[states]`, in the order of the states; None is a state of which nothing is known.

    Its means are the shares' means, brought to sum 1; unknown states divide what is left evenly. Its total is the
    smallest a + b among the shares, the cautious choice (Zapata-Vázquez, O'Hagan & Bastos 2014; SHELF). Shares without
    uncertainty alone stay so.
    """
    known = [share.mean for share in shares if share is not None]
    unknown = len(shares) - len(known)
    rest = max(1 - sum(known), LEAST_REST) / unknown if unknown else 0.0
    means = np.array([rest if share is None else share.mean for share in shares])
    means = means / means.sum()
    total = min((cases(share) for share in shares if share is not None), default=float(len(shares)))
    if np.isinf(total):
        return FixedShares(tuple(map(float, means)))
    return Dirichlet(tuple(map(float, means * total)))


def cases(share: Distribution) -> float:
    """The a + b of a share: a Beta's own, else that of the Beta with its mean and variance (moment matching)."""
    if isinstance(share, Beta):
        return share.total
    variance = share.variance
    return share.mean * (1 - share.mean) / variance - 1 if variance > 0 else float("inf")
