"""Table families: pure functions from parameters with a trailing draws axis to tables `[states, parents..., draws]`."""

from tocsin.network.families.cast import cast
from tocsin.network.families.certain import all_of, any_of, index, maximum
from tocsin.network.families.noisy import henrion_links, noisy_max
from tocsin.network.families.odds import odds, ratio_of_column
from tocsin.network.families.ranked import Expression, ranked, wmax, wmean, wmin

__all__ = [
    "Expression",
    "all_of",
    "any_of",
    "cast",
    "henrion_links",
    "index",
    "maximum",
    "noisy_max",
    "odds",
    "ranked",
    "ratio_of_column",
    "wmax",
    "wmean",
    "wmin",
]
