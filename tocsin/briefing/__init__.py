"""Briefings: an assessment written up for a reader, in five formats that cannot disagree, and verifiable.

`compose` makes the format-free briefing, `render` a file's bytes, `write` puts files down whole, `read` takes text and
record back, `verify` says whether a file still follows from the model.
"""

from tocsin.briefing.compose import MARKING, Length, Order, compose
from tocsin.briefing.content import Briefing
from tocsin.briefing.reading import read
from tocsin.briefing.record import NoRecord, Record
from tocsin.briefing.rendering import FORMATS, check_template, render, write

__all__ = [
    "FORMATS",
    "MARKING",
    "Briefing",
    "Length",
    "NoRecord",
    "Order",
    "Record",
    "check_template",
    "compose",
    "read",
    "render",
    "write",
]
