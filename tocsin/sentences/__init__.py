"""Explanations in sentences that an analyst can paste: each built from the numbers, none saying more than they do.

Words of a lexicon stand between asterisks.
"""

from tocsin.sentences.differing import by_title, changed, changes, difference, in_full, settings
from tocsin.sentences.independent import independence
from tocsin.sentences.naming import LEAST, event, step, value
from tocsin.sentences.outcomes import (
    answer,
    bar,
    best_pair,
    contributed,
    flip,
    indicator,
    irrelevant,
    is_settled,
    other,
    strongest_without,
    unchanged,
    without,
)
from tocsin.sentences.overall import arc, conflict, course, courses_differ, double, moved, reconciled, tension, two_way
from tocsin.sentences.quantities import bits, bits_of, figure, plain, quantity

__all__ = [
    "LEAST",
    "answer",
    "arc",
    "bar",
    "best_pair",
    "bits",
    "bits_of",
    "by_title",
    "changed",
    "changes",
    "conflict",
    "contributed",
    "course",
    "courses_differ",
    "difference",
    "double",
    "event",
    "figure",
    "flip",
    "in_full",
    "independence",
    "indicator",
    "irrelevant",
    "is_settled",
    "moved",
    "other",
    "plain",
    "quantity",
    "reconciled",
    "settings",
    "step",
    "strongest_without",
    "tension",
    "two_way",
    "unchanged",
    "value",
    "without",
]
