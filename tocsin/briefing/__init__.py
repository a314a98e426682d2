"""Briefings: an assessment written up for a reader, in five formats that cannot disagree, and verifiable.

`compose` makes the format-free briefing on one scenario, `compare` that on several side by side, `brief_many` that on
the rows of a batch; `render` a file's bytes, `write` puts files down whole, `read` takes text and
record back, `verify` says whether a file still follows from the model.
"""

from tocsin.briefing.beside import compared_name
from tocsin.briefing.comparison import compare
from tocsin.briefing.compose import compose
from tocsin.briefing.content import Briefing
from tocsin.briefing.order import Order
from tocsin.briefing.reading import read, record_in
from tocsin.briefing.record import BriefingRecord, Length, NoRecord
from tocsin.briefing.rendering import FORMATS, check_template, render, render_all, require_one_marking, write
from tocsin.briefing.subject import naming

__all__ = [
    "FORMATS",
    "Briefing",
    "BriefingRecord",
    "Length",
    "NoRecord",
    "Order",
    "check_template",
    "compare",
    "compared_name",
    "compose",
    "naming",
    "read",
    "record_in",
    "render",
    "render_all",
    "require_one_marking",
    "write",
]
