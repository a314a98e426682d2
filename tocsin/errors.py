"""Every error that Tocsin raises on purpose.

TocsinError
├── BadInput             what an analyst wrote cannot be read; carries every problem of the file at once
├── BadNetwork           a network's tables, parents or states do not fit together
│   └── Cycle            the parents form a cycle; names one
├── BadQuery             what was asked does not fit the network
│   ├── UnknownVariable
│   ├── UnknownState
│   └── WrongShape
├── ImpossibleEvidence   the evidence has probability zero under the model
├── Contradiction        several beliefs cannot all hold
├── Irreconcilable       judgements and model agree in too few draws to answer from
├── TooLarge             the exact answer would cost too much; carries the predicted cost and the clique
└── MissingExtra         a library is not installed that only some of Tocsin needs; names the extra that brings it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from unicodedata import normalize

from tocsin.output import one_line


class TocsinError(Exception):
    """Something that the user can mend; its text is shown as it is, without a traceback."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file: where it is, what is wrong, what is allowed."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return one_line(f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}")


class BadInput(TocsinError):
    """Files that cannot be used, with all their problems."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, file: str | Path, message: str, line: int = 0, column: int = 1, path: str = "") -> BadInput:
        """With one problem, of the whole file where no line is given."""
        return cls([Problem(str(file), line, column if line else 0, path, message)])


def file_bytes(path: Path, most: int, instead: str, shown: str = "") -> bytes:
    """A file's content. Raises BadInput where it cannot be read, has more bytes than are read, or is a folder.

    instead: what to give in place of a folder. shown: how errors name the file, if not by its path.
    """
    file = shown or str(path)
    try:
        if path.is_dir():
            raise BadInput.at(file, f"is a folder; {instead}")
        size = path.stat().st_size
        if size <= most:
            # A device or a pipe does not say how much is in it.
            with path.open("rb") as opened:
                content = opened.read(most + 1)
            if len(content) <= most:
                return content
        had = f"{size:,}" if size > most else f"more than {most:,}"
        raise BadInput.at(file, f"the file has {had} bytes; at most {most:,} are read")
    except FileNotFoundError:
        raise BadInput.at(file, "no such file") from None
    except OSError as error:
        raise BadInput.at(file, f"cannot be read: {error.strerror}") from None


def whole_text(content: bytes, file: str) -> str:
    """The text that a whole file in UTF-8 is, without a byte order mark. Raises BadInput with the line that is none."""
    require_text(content, file)
    return decoded(content, file).removeprefix("\ufeff")


def require_text(content: bytes, file: str) -> None:
    """Raises BadInput where a file, by what is given of it, is UTF-16 or holds a zero byte, which no text does."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if wide or b"\0" in content:
        line = content.count(b"\n", 0, max(0, content.find(b"\0"))) + 1
        what = "UTF-16" if wide or content[1:4096:2].count(0) > 8 else "binary"
        raise BadInput.at(file, f"is {what}, not UTF-8 text; save it as UTF-8", line)


def decoded(content: bytes, file: str, line: int = 1) -> str:
    """The text in UTF-8 that begins on a line of a file. Raises BadInput with the line that is none."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line += content.count(b"\n", 0, error.start)
        raise BadInput.at(file, "is not UTF-8 text; save it as UTF-8", line) from None


class BadNetwork(TocsinError):
    """Tables, parents or states of a network that do not fit together."""


class Cycle(BadNetwork):
    """The parents form a cycle."""

    def __init__(self, cycle: Sequence[str]):
        self.cycle = tuple(cycle)
        super().__init__(
            f"the parents form a cycle: {' → '.join((*self.cycle, self.cycle[0]))}; a network must have none"
        )


class BadQuery(TocsinError):
    """A question that does not fit the network."""


class UnknownVariable(BadQuery):
    """No variable of this name."""

    def __init__(self, name: str, known: Iterable[str]):
        super().__init__(f"no variable {name!r}{nearest(name, known)}")


class UnknownState(BadQuery):
    """The variable has no state of this name."""

    def __init__(self, variable: str, state: str, known: Iterable[str]):
        super().__init__(f"{variable} has no state {state!r}{nearest(state, known)}")


class WrongShape(BadQuery):
    """An array whose shape does not fit the variable or the batch."""


class ImpossibleEvidence(TocsinError):
    """Evidence of probability zero."""


class Irreconcilable(TocsinError):
    """The judgements and the model agree in too few draws to answer from."""


class Contradiction(TocsinError):
    """Beliefs that cannot all hold at once."""


class TooLarge(TocsinError):
    """An exact answer that would cost too much time or memory."""

    def __init__(self, message: str, *, clique: Sequence[str], multiply_adds: float, bytes_per_row: float):
        self.clique, self.multiply_adds, self.bytes_per_row = tuple(clique), multiply_adds, bytes_per_row
        super().__init__(message)


def nearest(name: str, known: Iterable[str]) -> str:
    """What to add after "no variable 'x'": the nearest name, or the allowed ones when none is near.

    >>> nearest("ferri", ["ferry", "storm"])
    "; did you mean 'ferry'?"
    >>> nearest("zzz", ["yes", "no"])
    '; allowed: yes, no'
    """
    names = list(known)
    if (composed := normalize("NFC", name)) != name and composed in names:
        return f"; write {composed!r} in composed letters (Unicode NFC), which look the same"
    near = nearest_name(name, names)
    if near is not None:
        return f"; did you mean {near!r}?"
    shown = ", ".join(names[:30]) + (f", … ({len(names)} in all)" if len(names) > 30 else "")
    return f"; allowed: {shown}" if names else ""


def nearest_name(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The nearest of the known names that means no opposite; None if none is near. Case and spacing do not count.

    >>> nearest_name("almost certainly not", ["almost certainly", "almost no chance"])
    >>> nearest_name("unlikley", ["likely", "unlikely"])
    'unlikely'
    """
    plain = {_plain(other): other for other in known if other != name and negations(other) == negations(name)}
    close = get_close_matches(_plain(name), plain, n=1, cutoff=cutoff)
    return plain[close[0]] if close else None


_NEGATING = re.compile(
    r"not|no|nope|nor|never|none|nobody|nothing|without|neither|hardly|cannot|\w+n't|(?:un|non|im|in|dis)\w+"
)


def negations(text: str) -> int:
    """How many words of a text turn its meaning, or look as if they did: a hint may neither add one nor drop one.

    >>> negations("not unlikely"), negations("never"), negations("likely")
    (2, 1, 0)
    """
    return sum(_NEGATING.fullmatch(word) is not None for word in re.split(r"[^\w']+|_", text.casefold()))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def counted(count: int, thing: str) -> str:
    """`1 row`, `2,000 rows`.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`this, that and the other`."""
    return f" {last} ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)


class MissingExtra(TocsinError):
    """A library is not installed that only some of Tocsin needs."""


EXTRAS = {
    "streamlit": ("streamlit", "app"),
    "distributed": ("dask", "batch"),
    "pyarrow": ("pyarrow", "batch"),
    "threadpoolctl": ("threadpoolctl", "batch"),
    "openpyxl": ("openpyxl", "batch"),
    "xlsxwriter": ("xlsxwriter", "batch"),
    "docx": ("python-docx", "brief"),
    "lxml": ("lxml", "brief"),
    "pptx": ("python-pptx", "brief"),
    "pypdf": ("pypdf", "brief"),
    "typst": ("typst", "brief"),
    "pgmpy": ("pgmpy", "formats"),
    "authlib": ("Authlib", "login"),
}
"""Per module that only an extra brings: the name that it is installed by, and the extra."""


def require(what: str, *modules: str) -> None:
    """Raises MissingExtra, with the remedy, where one of the modules that something needs is not installed."""
    for module in modules:
        if find_spec(module) is None:
            library, extra = EXTRAS[module]
            raise MissingExtra(f"{what} needs {library}: pip install 'tocsin[{extra}]'")
