"""Where a file's text differs from what is written now, in words with some context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

AROUND = 5
"""Words of context on both sides of a difference."""
SHOWN = 240
"""Letters of a passage in a message."""
_MARKUP = re.compile(r"(?<!\\)(<|`|~~|\$\$)")
"""Signs with which Markdown hides or changes what follows; what we write has a backslash before each."""


@dataclass(frozen=True)
class Differences:
    """wrong: passages that were generated and do not stand there, or that have a figure; added: whole lines on top."""

    wrong: tuple[str, ...]
    added: tuple[str, ...]


def differences(theirs: Sequence[str], ours: Sequence[str], form: str) -> Differences:
    """Of the lines that a file has, and those that are written now."""
    wrong: list[str] = []
    added: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if tag != "equal":
            _compare(theirs[a:b], ours[c:d], form, wrong, added)
    return Differences(tuple(wrong), tuple(added))


def _compare(theirs: Sequence[str], ours: Sequence[str], form: str, wrong: list[str], added: list[str]) -> None:
    there, here = " ".join(theirs).split(), " ".join(ours).split()
    starts, others = _starts(theirs), set(_starts(ours))
    for tag, a, b, c, d in SequenceMatcher(None, there, here, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if tag == "delete" and a in starts and b in starts and c in others:
            lines = theirs[starts.index(a) : starts.index(b)]
            added += [quoted(line) for line in lines if may_be_added(line, form)]
            wrong += [_told([], line, "", []) for line in lines if not may_be_added(line, form)]
        else:
            said, given = " ".join(there[a:b]), " ".join(here[c:d])
            wrong.append(_told(here[max(c - AROUND, 0) : c], said, given, here[d : d + AROUND]))


def _starts(lines: Sequence[str]) -> list[int]:
    """Before which words a line begins or ends."""
    return list(accumulate((len(line.split()) for line in lines), initial=0))


def may_be_added(line: str, form: str) -> bool:
    """Whether a line of somebody's own changes nothing that was generated: it has no figure and no markup.

    A PDF's lines are broken where the page ends, so that none is whole by itself.
    """
    return form != "pdf" and not has_figure(line) and not (form == "md" and _MARKUP.search(line))


def has_figure(text: str) -> bool:
    """Whether there is a digit or another sign for a number."""
    return any(map(str.isnumeric, text))


def quoted(text: str) -> str:
    """As it is shown in a message: the middle of a long text is left out."""
    if len(text) > SHOWN:
        text = f"{text[: SHOWN // 2].rstrip()} … {text[-SHOWN // 2 :].lstrip()}"
    return f"“{text}”" if text else "nothing"


def _told(before: Sequence[str], said: str, given: str, after: Sequence[str]) -> str:
    context = f"“{' '.join(before)} … {' '.join(after)}”" if before or after else "a line of its own"
    return f"{context}: the file says {quoted(said)}, the model gives {quoted(given)}"
