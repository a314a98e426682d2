"""Noisy-or and noisy-max: causes that each act alone, a leak for what is not listed, inhibitors that weaken them.

Shape letters: S states of the child, mildest first; X states of a cause; Z states of an inhibitor; D draws.
A parameter that is the same in every draw may have D = 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.network.families.axes import along, at_most, differences, more_than
from tocsin.network.network import Array


def noisy_max(leak: Array, causes: Sequence[Array], inhibitors: Sequence[Array] = ()) -> Array:
    """P(Y <= y | x) = P_leak(Y <= y) * prod_i P_i(Y <= y | x_i): the leaky noisy-max (Henrion 1989; Díez 1993).

    leak: `[S, D]`, the child's distribution when no cause is active.
    causes: per parent `[X, S, D]`, the child's distribution under that link *alone*, without the leak (Díez' form; see
    `henrion_links` for the other); the reference state's row has all its mass on the mildest state.
    inhibitors: per parent `[Z, D]` in 0 to 1, 1 at the reference. An active inhibitor weakens every link:
    P_i'(Y > y | x_i) = P_i(Y > y | x_i) * prod_j f_j(z_j). It does not weaken the leak, which stands for causes unknown
    to the model and hence to the inhibitor.
    Returns `[S, X_1 ... X_n, Z_1 ... Z_m, D]`.
    """
    parents = len(causes) + len(inhibitors)
    strength = np.ones((1,) * (parents + 1))
    for position, factors in enumerate(inhibitors, start=len(causes)):
        strength = strength * along(factors, position, parents)
    cumulative = at_most(leak).reshape(leak.shape[0], *(1,) * parents, leak.shape[-1])
    for position, cause in enumerate(causes):
        tails = more_than(np.moveaxis(cause, 1, 0))
        cumulative = cumulative * (1.0 - along(tails, position, parents) * strength)
    # Inhibitors without a cause would otherwise leave axes of length one.
    sizes = (*(cause.shape[0] for cause in causes), *(factors.shape[0] for factors in inhibitors))
    return np.array(np.broadcast_to(differences(cumulative), (leak.shape[0], *sizes, cumulative.shape[-1])))


def henrion_links(columns: Array, leak: Array) -> Array:
    """The links of `noisy_max` behind columns that were elicited with the leak present (Henrion 1989).

    columns: `[X, S, D]`, P(Y | only this cause active, in each of its states); leak: `[S, D]`.
    P_i(Y <= y) = P_column(Y <= y) / P_leak(Y <= y); for a binary child the effect is (p - l) / (1 - l).
    A link can only make things worse: where a column is milder than the leak the ratio is cut to 1, so that a column
    milder throughout becomes a link of no effect. Ratios that fall with y are raised to their running maximum, which
    gives the strongest link that is nowhere worse than the column. Returns `[X, S, D]`.
    """
    of_columns, of_leak = at_most(np.moveaxis(columns, 1, 0)), at_most(leak)[:, np.newaxis]
    of_columns, of_leak = np.broadcast_arrays(of_columns, of_leak)
    ratios = np.ones(of_columns.shape)
    np.divide(of_columns, of_leak, out=ratios, where=of_leak > of_columns)
    for state in range(len(ratios) - 2, -1, -1):
        # 0/0: the leak alone already passes this state, so the link's value is free; the next state's changes nothing.
        free = (of_leak[state] == 0) & (of_columns[state] == 0)
        ratios[state] = np.where(free, ratios[state + 1], ratios[state])
    return np.moveaxis(differences(np.maximum.accumulate(ratios, axis=0)), 0, 1)
