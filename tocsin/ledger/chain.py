"""A ledger's file: read and checked as a whole, and added to by one writer at a time.

Lines are only ever added. A line counts once its end is on the disk. What stands behind the last line end after a
crash is a line that was cut off: it was never sealed, is told, and the next entry takes its place. Where several lines
are added at once and the program dies, those that are whole count, and doing the same again adds the others. Where the
disk is full, the file is cut back to what it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from tocsin.errors import BadInput, Problem, file_bytes, nearest
from tocsin.files.places import ledger_file
from tocsin.files.saving import alone
from tocsin.ledger.entries import (
    NOTHING_BEFORE,
    BrokenLine,
    Correction,
    Entry,
    Forecast,
    ForecastQuestion,
    LedgerHeading,
    Resolution,
    line,
    read_line,
)

MOST_BYTES = 512 * 2**20
"""Of a ledger, some 400,000 forecasts."""
FIRST = 2
"""The line of the first entry, after the heading."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """What a ledger says, in order; the verbs of this room return a new one.

    entries: of the lines from `FIRST` on. seals: of all lines, the heading's first; none where there is no file.
    size: bytes of the whole lines. cut_off: what stands behind them.
    """

    path: Path
    model: str = ""
    entries: tuple[Entry, ...] = ()
    seals: tuple[str, ...] = ()
    size: int = 0
    cut_off: bytes = b""

    @property
    def lines(self) -> int:
        """How many there are, the heading with them."""
        return len(self.seals)

    @property
    def head(self) -> str:
        """The seal of the last line, which stands for all before it; empty without a line."""
        return self.seals[-1] if self.seals else ""

    def until(self, lines: int) -> Ledger:
        """As it was when it had so many lines."""
        return replace(self, entries=self.entries[: max(0, lines - 1)], seals=self.seals[:lines], size=0, cut_off=b"")

    @cached_property
    def questions(self) -> dict[str, ForecastQuestion]:
        """By id."""
        return {entry.id: entry for entry in self.entries if isinstance(entry, ForecastQuestion)}

    @cached_property
    def series(self) -> dict[tuple[str, str], tuple[Forecast, ...]]:
        """The forecasts of each question under each scenario's name, the oldest first."""
        found: dict[tuple[str, str], list[Forecast]] = {}
        for entry in self.entries:
            if isinstance(entry, Forecast):
                found.setdefault(entry.series, []).append(entry)
        return {key: tuple(several) for key, several in found.items()}

    @cached_property
    def main(self) -> dict[str, tuple[Forecast, ...]]:
        """Per question the series that counts: the one in which it was first forecast, so that none is chosen later."""
        found: dict[str, tuple[Forecast, ...]] = {}
        for (question, _), several in self.series.items():
            found.setdefault(question, several)
        return found

    @cached_property
    def resolutions(self) -> dict[str, Resolution]:
        """What came of each question that is resolved, as last corrected."""
        found: dict[str, Resolution] = {}
        for entry in self.entries:
            resolution = entry.resolution if isinstance(entry, Correction) else entry
            if isinstance(resolution, Resolution):
                found[resolution.question] = resolution
        return found

    def question(self, name: str) -> ForecastQuestion:
        """Raises BadInput with the nearest of the questions that there are."""
        if name not in self.questions:
            raise BadInput.at(self.path, f"holds no question {name!r}{nearest(name, self.questions)}")
        return self.questions[name]


def read(path: Path) -> Ledger:
    """The ledger in a file; empty where there is none.

    Raises BadInput with every line that is not as it was sealed, or not in its place.
    """
    if not path.exists():
        return Ledger(path)
    content = file_bytes(path, MOST_BYTES, "a ledger is a file of lines")
    *texts, rest = content.split(b"\n")
    if rest and _is_whole(rest):
        # An editor took the last line's end away.
        texts, rest = [*texts, rest], b""
    found: list[tuple[LedgerHeading | Entry, str, str] | str] = []
    for text in texts:
        try:
            found.append(read_line(text))
        except BrokenLine as error:
            found.append(str(error))
    size = len(content) - len(rest)
    if problems := [Problem(str(path), number, 1, "", problem) for number, problem in _problems(found)]:
        raise BadInput(problems)
    lines = [parts for parts in found if not isinstance(parts, str)]
    model = lines[0][0].model if lines and isinstance(lines[0][0], LedgerHeading) else ""
    entries = tuple(record for record, _, _ in lines if not isinstance(record, LedgerHeading))
    require_sense(path, (), entries)
    return Ledger(path, model, entries, tuple(seal for _, _, seal in lines), size, rest)


def sealed(folder: Path) -> Ledger | None:
    """The ledger of the model in a folder; None where nothing is sealed. Raises BadInput."""
    ledger = read(ledger_file(folder))
    return ledger if ledger.seals else None


def _is_whole(text: bytes) -> bool:
    try:
        read_line(text)
    except BrokenLine:
        return False
    return True


def _problems(found: Sequence[tuple[LedgerHeading | Entry, str, str] | str]) -> Iterator[tuple[int, str]]:
    """What is wrong with the lines of a file and their order, with the number of the line; one problem a line."""
    places = {parts[2]: number for number, parts in enumerate(found, start=1) if not isinstance(parts, str)}
    before = NOTHING_BEFORE
    for number, parts in enumerate(found, start=1):
        if isinstance(parts, str):
            yield number, parts
            # What it was sealed as, the next line says.
            before = ""
            continue
        record, after, seal = parts
        if isinstance(record, LedgerHeading) != (number == 1):
            yield number, "only the first line, and every first line, says whose ledger it is"
        elif before and after != before:
            if after in places:
                yield number, f"is out of its place: it follows what is now line {places[after]}"
            else:
                yield number, "does not follow the line before it: a line that stood between them is missing"
        before = seal


def require_sense(path: Path, before: Sequence[Entry], entries: Sequence[Entry]) -> None:
    """Raises BadInput where entries do not fit those before: a question twice, a forecast of none, two resolutions."""
    questions = {entry.id for entry in before if isinstance(entry, ForecastQuestion)}
    resolved = {entry.question for entry in before if isinstance(entry, Resolution)}
    problems = []
    for number, entry in enumerate(entries, start=len(before) + FIRST):
        problem = ""
        if isinstance(entry, ForecastQuestion):
            problem = f"asks {entry.id} again" if entry.id in questions else ""
            questions.add(entry.id)
        elif isinstance(entry, Correction):
            problem = f"corrects line {entry.line}, which does not stand before it" if entry.line >= number else ""
        elif entry.question not in questions:
            problem = f"is about {entry.question}, which no line before it asks"
        elif isinstance(entry, Resolution):
            problem = (
                f"resolves {entry.question} again; correct the line that did" if entry.question in resolved else ""
            )
            resolved.add(entry.question)
        if problem:
            problems.append(Problem(str(path), number, 1, "", problem))
    if problems:
        raise BadInput(problems)


def append(path: Path, additions: Callable[[Ledger], Sequence[Entry]], model: str = "") -> Ledger:
    """The ledger with entries added, safe on the disk; as it was where there are none.

    additions: what is to be added to the ledger as it then is, since another may have written meanwhile. model: whose
    ledger it must be; a new one needs it. Raises BadInput where the ledger is damaged or another's, an entry does not
    fit, or the file cannot be written; nothing is added then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with alone(path.parent):
            ledger = read(path)
            if model and ledger.model not in ("", model):
                raise BadInput.at(path, f"is the ledger of {ledger.model}, not of {model}")
            entries = tuple(additions(ledger))
            if not entries:
                return ledger
            require_sense(path, ledger.entries, entries)
            seals = list(ledger.seals)
            texts = []
            heading = () if seals else (LedgerHeading(model=model),)
            for record in (*heading, *entries):
                text, seal = line(record, seals[-1] if seals else NOTHING_BEFORE)
                texts.append(text + b"\n")
                seals.append(seal)
            size = _write(path, ledger.size, b"".join(texts))
            return Ledger(path, ledger.model or model, (*ledger.entries, *entries), tuple(seals), size)
    except OSError as error:
        raise BadInput.at(path, f"cannot be written: {error.strerror}; nothing was added") from None


def _write(path: Path, size: int, content: bytes) -> int:
    """Put content behind the first bytes of a file, in the place of what stands there; the file's new size.

    All or nothing. Raises OSError.
    """
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        os.ftruncate(handle, size)
        if size and os.pread(handle, 1, size - 1) != b"\n":
            content = b"\n" + content
        os.lseek(handle, size, os.SEEK_SET)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        if is_new:
            path.unlink()
        raise
    finally:
        os.close(handle)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return size + len(content)
