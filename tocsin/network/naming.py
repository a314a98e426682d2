"""Which names a file format can hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
    key: Callable[[str], str] = str
    """What the format tells variables apart by."""

    def objections(self, network: Network) -> Iterator[tuple[str, str]]:
        """Each variable with a name that does not fit, and why."""
        first: dict[str, str] = {}
        for name in network.variables:
            if not re.fullmatch(self.variable, name):
                yield name, f"the variable {name!r} cannot be written; allowed are {self.allowed}"
            for state in network.states[name]:
                if not re.fullmatch(self.state, state):
                    yield name, f"the state {state!r} cannot be written; allowed are {self.allowed}"
            if (twin := first.setdefault(self.key(name), name)) != name:
                yield name, f"the format cannot tell {name!r} from {twin!r}"


_BIF_WORD = r"(?:(?!//|/\*)[^\s,;|(){}\[\]\"])+"
_IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]*"
_LETTER_FIRST = r"[A-Za-z][A-Za-z0-9_]*"

# pgmpy's reader of BIF folds the case of variables.
BIF = Naming(_BIF_WORD, _BIF_WORD, "names without spaces, quotes, comments and , ; | ( ) { } [ ]", str.lower)
XMLBIF = Naming(r"[^\W\d][\w.-]*", r"[A-Za-z0-9_]+", "states of plain letters, digits and underscores")
NET = Naming(
    _IDENTIFIER,
    r'(?:(?!//|/\*|[(),"%\\])[!-~])+',
    'variables of plain letters, digits and underscores, states without spaces, accents, comments and ( ) , " % \\',
)
XDSL = Naming(_LETTER_FIRST, _LETTER_FIRST, "names of plain letters, digits and underscores that start with a letter")
NAMELESS = Naming(r"(?s:.*)", r"(?s:.*)", "all names, which are lost")
