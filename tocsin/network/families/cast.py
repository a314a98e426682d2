"""CAST, causal strengths: promoting and inhibiting influences on a binary child (Chang et al. 1994).

Shape letters: X states of a parent; D draws (1, if the same in every draw). The child's states are no, yes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.network.families.axes import along
from tocsin.network.network import Array


def cast(baseline: Array, influences: Sequence[Array]) -> Array:
    """P(yes | x) from causal strengths (Chang et al. 1994; Rosen & Smith 1996).

    baseline: `[D]` in 0 to 1; neither a prior nor a leak, but where the scale stands when the influences cancel.
    influences: per parent `[X, D]` in (-1, 1): the strength c of its state, positive promotes, negative inhibits.
    With C+ = 1 - prod_{c>0} (1 - c) and C- = 1 - prod_{c<0} (1 - |c|):
    C+ >= C-: I = (C+ - C-) / (1 - C-), P = b + (1 - b) I; else I = (C- - C+) / (1 - C+), P = b (1 - I).
    With no negative influence this is Díez' leaky noisy-or, the baseline being the leak. Returns `[2, X_1 ... X_n, D]`.
    """
    # In terms of what is left, U = 1 - C+ and V = 1 - C-, I is 1 - U / V or 1 - V / U: nothing cancels.
    unpromoted = uninhibited = np.ones((1,) * (len(influences) + 1))
    for position, influence in enumerate(influences):
        strength = along(influence, position, len(influences))
        unpromoted = unpromoted * (1.0 - np.maximum(strength, 0.0))
        uninhibited = uninhibited * (1.0 - np.maximum(-strength, 0.0))
    promoted = unpromoted <= uninhibited
    least, most = np.minimum(unpromoted, uninhibited), np.maximum(unpromoted, uninhibited)
    no = np.where(promoted, (1.0 - baseline) * (least / most), 1.0 - baseline * (least / most))
    return np.stack([no, 1.0 - no])
