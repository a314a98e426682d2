"""Explanations in sentences that an analyst can paste: each built from the numbers, none saying more than they do.

Words of a lexicon stand between asterisks.
"""

from tocsin.sentences.naming import event, value
from tocsin.sentences.outcomes import (
    LEAST,
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
    without,
)
from tocsin.sentences.overall import arc, conflict, course, courses_differ, double, moved, reconciled, tension

__all__ = [
    "LEAST",
    "answer",
    "arc",
    "bar",
    "best_pair",
    "conflict",
    "contributed",
    "course",
    "courses_differ",
    "double",
    "event",
    "flip",
    "indicator",
    "irrelevant",
    "is_settled",
    "moved",
    "other",
    "reconciled",
    "strongest_without",
    "tension",
    "value",
    "without",
]
