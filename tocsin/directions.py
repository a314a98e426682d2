"""Text that is read from right to left (Hebrew, Arabic and their kin) among figures and sentences that are not.

Unicode's bidirectional algorithm (UAX 9) gives a figure behind an Arabic word to that word, so that `“نعم” 75 %` reads
as 75, the word, %. Within isolates a figure keeps its own direction, and so does what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
LEFT_TO_RIGHT, END = "\u2066", "\u2069"
"""LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE."""
MARK = "\u200e"
"""LEFT-TO-RIGHT MARK, for programs older than isolates (Unicode 6.3)."""

_RIGHT = re.compile(f"[{RIGHT}]")
_RUN = re.compile(f"([{RIGHT}]+(?:[\\s\u060c\u061b\u061f]+[{RIGHT}]+)*)")
_NUMBER = r"[0-9]+(?:[.,][0-9]+)*"
_SPAN = rf"(?:[<>]\s)?[+\-−]?{_NUMBER}(?:–{_NUMBER})?(?:\s?%)?"
_FIGURE = re.compile(rf"(?<![\w{LEFT_TO_RIGHT}])(?:\[{_SPAN}\]|\({_SPAN}\)|{_SPAN})(?!\w)")


def isolated(text: str) -> str:
    """A text in which each figure keeps its own direction; one without right-to-left letters is left as it is.

    A figure behind a Latin word goes with it: `UN 2254` stays together in an Arabic title.

    >>> isolated("likely (55–80 %): 75 % [67–82]")
    'likely (55–80 %): 75 % [67–82]'
    >>> isolated("نعم 75 %"), isolated("نعم by 75 %")
    ('نعم \\u206675 %\\u2069', 'نعم by 75 %\\u200e')
    """
    if not _RIGHT.search(text):
        return text
    parts, done, latin = [], 0, False
    for found in _FIGURE.finditer(text):
        between, figure = text[done : found.start()], found[0]
        latin = next((not _RIGHT.match(letter) for letter in reversed(between) if letter.isalpha()), latin)
        loose = MARK if not figure[-1].isdigit() else ""
        parts += [between, f"{figure}{loose}" if latin else f"{LEFT_TO_RIGHT}{figure}{END}"]
        done = found.end()
    return "".join((*parts, text[done:]))


def marked(text: str) -> str:
    """The same for programs without isolates: marks of the same direction on both sides of a figure."""
    return text.replace(LEFT_TO_RIGHT, MARK).replace(END, MARK)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The text in parts, and whether each is written from right to left."""
    for position, part in enumerate(_RUN.split(text)):
        if part:
            yield part, position % 2 == 1


def begins_right(text: str) -> bool:
    """Whether a paragraph runs from right to left: its first letter decides (UAX 9, rule P2)."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return bool(_RIGHT.match(first))


def runs_right(lead: str, text: str) -> bool:
    """Whether a list's entry does: a lead alone is a name before a sentence, which then decides.

    >>> runs_right("هل يسقط الأسد:", "68 % (likely)"), runs_right("A. Speaker says:", "قال"), runs_right("", "قال")
    (False, False, True)
    """
    return begins_right(lead or text) and begins_right(text)
