"""Which names a format can hold when it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.network.network import Network


@dataclass(frozen=True)
class Naming:
    """The rules of one format for the names of variables and states."""

    variable: str
    """Pattern of a variable's name."""
    state: str
    """Pattern of a state's name."""
    allowed: str
    """Both patterns in words."""

    def objections(self, network: Network) -> Iterator[tuple[str, str]]:
        """Each variable with a name that does not fit, and why."""
        for name in network.variables:
            if not re.fullmatch(self.variable, name):
                yield name, f"the variable {name!r} cannot be written; allowed are {self.allowed}"
            for state in network.states[name]:
                if not re.fullmatch(self.state, state):
                    yield name, f"the state {state!r} cannot be written; allowed are {self.allowed}"


_BIF_WORD = r"(?:(?!//|/\*)[^\s,;|(){}\[\]\"])+"
_IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]*"
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_TRIMMED = rf"[^\s{_CONTROL}](?:[^{_CONTROL}]*[^\s{_CONTROL}])?"
_LETTER_FIRST = r"[A-Za-z][A-Za-z0-9_]*"

BIF = Naming(_BIF_WORD, _BIF_WORD, "names without spaces, quotes, comments and , ; | ( ) { } [ ]")
XMLBIF = Naming(_TRIMMED, _TRIMMED, "names without line breaks, and without space at their ends")
NET = Naming(
    _IDENTIFIER,
    rf"(?!\s*\Z)[^{_CONTROL}]+",
    "variables of plain letters, digits and underscores that start with no digit, states of anything but line breaks",
)
XDSL = Naming(_LETTER_FIRST, _LETTER_FIRST, "names of plain letters, digits and underscores that start with a letter")
NAMELESS = Naming(r"(?s:.*)", r"(?s:.*)", "all names, which are lost")
