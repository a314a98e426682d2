"""The Admiralty code in words (NATO AJP-2.1, annex on the grading of sources and information)."""

from __future__ import annotations

RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by others",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
USUAL = "B2"
"""What a new report starts with."""


def grade_in_words(grade: str) -> str:
    """`usually reliable source, probably true`."""
    source = RELIABILITY[grade[0]]
    who = "source whose reliability cannot be judged" if grade[0] == "F" else f"{source} source"
    return f"{who}, {CREDIBILITY[grade[1:]]}"
