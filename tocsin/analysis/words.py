"""The words of a lexicon as steps along the probabilities, so that many probabilities are worded at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.canonical import figure
from tocsin.elicitation import word_for
from tocsin.network.network import Array
from tocsin.records import Lexicon


@dataclass(frozen=True, eq=False)
class Words:
    """words: in rising order of probability; cuts: where one word ends and the next begins, which is the next one's."""

    words: tuple[str, ...]
    cuts: Array

    def places(self, p: ArrayLike) -> NDArray[np.intp]:
        """Position of the word of each probability, of any shape."""
        return np.searchsorted(self.cuts, np.asarray(p, dtype=np.float64), side="right")

    def word(self, p: float) -> str:
        """The word of one probability."""
        return self.words[int(self.places(p))]


@lru_cache(maxsize=32)
def words_of(lexicon: Lexicon) -> Words:
    """The steps of `word_for`, which decides about nested bands, gaps and shared boundaries."""
    ends = sorted({end for term in lexicon.terms for end in term.band})
    # In a gap the nearest band is named: the word changes in its middle.
    candidates = sorted({*ends, *(figure((low + high) / 2) for low, high in pairwise(ends))} - {0.0, 1.0})
    middles = [(low + high) / 2 for low, high in zip([0.0, *candidates], [*candidates, 1.0], strict=True)]
    found = [word_for(middle, lexicon).word for middle in middles]
    changes = [k for k in range(1, len(found)) if found[k] != found[k - 1]]
    cuts = [_first_of(found[k], candidates[k - 1], lexicon) for k in changes]
    return Words((found[0], *(found[k] for k in changes)), np.array(cuts))


def _first_of(word: str, end: float, lexicon: Lexicon) -> float:
    """The first probability of the higher word: of nested bands, the lower word keeps the end that they share."""
    return end if word_for(end, lexicon).word == word else float(np.nextafter(end, 1.0))
