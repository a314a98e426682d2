"""Text that is read from right to left (Hebrew, Arabic and their kin) among figures and sentences that are not.

Unicode's bidirectional algorithm (UAX 9) gives a figure behind an Arabic word to that word, so that `“نعم” 75 %` reads
as 75, the word, %. Within isolates a figure keeps its own direction, and so does what stands around it.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO
from unicodedata import category

RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
LEFT_TO_RIGHT, END = "\u2066", "\u2069"
"""LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE."""
MARK = "\u200e"
"""LEFT-TO-RIGHT MARK, for programs older than isolates (Unicode 6.3)."""

_RIGHT = re.compile(f"[{RIGHT}]")
_BESIDE = re.compile(r" (?=%)|(?<=[<>]) (?=\d)")
"""Spaces between a figure and its signs."""
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


def shown(text: str) -> str:
    """A text as paper and pages show it: a figure keeps its signs and its direction, and nothing turns a line.

    >>> shown("unlikely (20–45 %)"), shown("below the scale, < 1 %")
    ('unlikely (20–45\\xa0%)', 'below the scale, <\\xa01\\xa0%')
    """
    return isolated(_BESIDE.sub("\u00a0", literal(text)))


def shown_entry(lead: str, text: str) -> tuple[str, str]:
    """The same of a list's entry at once, since an Arabic lead turns the figure behind it."""
    lead, _, text = shown(f"{lead}\n{text}").partition("\n")
    return lead, text


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


_TURNING = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Characters that turn the direction of all that follows (UAX 9), and how they are shown instead."""


def literal(text: str) -> str:
    """The text with what would turn the direction of a line seen and not obeyed.

    >>> print(literal("safe\\u202egpj.exe"))
    safe\\u202egpj.exe
    """
    return text.translate(_TURNING)


_UNUSUAL = re.compile(r"[^\t\n\x20-\x7e]")
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"
"""They shape the letters of Persian, Hindi and others, and move nothing."""

_PLAINER = {
    "–": "-", "—": "--", "−": "-", "…": "...", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "×": "x", "·": "-",
    "→": "->", "←": "<-", "↔": "<->", "≥": ">=", "≤": "<=", "≈": "~", "½": "1/2", "\u00a0": " ", "\u202f": " ",
    "█": "#", "▏": "|", "━": "-", "─": "-", "│": "|",
}  # fmt: skip
"""What stands for our own signs in an encoding that lacks them."""

_ERRORS = "tocsin.spelt"


def visible(text: str) -> str:
    r"""The text with every control, bidirectional and lone half character spelt out; lines and tabs stay.

    >>> print(visible("a\x1b[31mb\u202ec"))
    a\u001b[31mb\u202ec
    """
    return _UNUSUAL.sub(_seen, text)


def one_line(text: str) -> str:
    r"""`visible`, and no line can be forged.

    >>> print(one_line("x.yaml\nholds"))
    x.yaml\u000aholds
    """
    return visible(text).replace("\n", _spelt("\n"))


def _seen(found: re.Match[str]) -> str:
    character = found[0]
    return _spelt(character) if category(character) in _UNSEEN and character not in _JOINERS else character


def _spelt(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) > 0x7F else f"\\u{ord(character):04x}"


def _fitted(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAINER.get(character) or _spelt(character) for character in lacking), error.end


codecs.register_error(_ERRORS, _fitted)


def print_json(content: Any) -> None:
    """JSON for programs on standard output, in its own escapes where the encoding is not UTF-8."""
    plain = not (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "").startswith("utf8")
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=plain) + "\n")


class Visible(io.TextIOBase):
    """A text stream through which nothing unseen passes."""

    def __init__(self, stream: TextIO):
        self.stream = stream
        """Where the text goes; for those who write escape codes of their own, such as colours."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream behind."""
        return self.stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """How the stream behind takes what its encoding lacks."""
        return self.stream.errors

    def write(self, text: str) -> int:
        """Write the text, made visible."""
        self.stream.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Whether the stream behind is a terminal."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The file number of the stream behind."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """Always."""
        return True


@contextmanager
def visible_streams() -> Iterator[None]:
    """Within it, whatever is written to standard output and standard error is made visible and fits the encoding."""
    streams = sys.stdout, sys.stderr
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)
    # A stream that was closed before the start is None, and stays so.
    sys.stdout, sys.stderr = (stream if stream is None else Visible(stream) for stream in streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        for stream in streams:
            if stream is not None:
                _end(stream)


def raw(stream: TextIO) -> TextIO:
    """The stream behind a visible one, for those who write escape codes of their own and make the text visible."""
    return stream.stream if isinstance(stream, Visible) else stream


def _end(stream: TextIO) -> None:
    """Write what is left; where that cannot be, drop it, so that the interpreter's end does not fail on it again."""
    try:
        stream.flush()
    except OSError:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
        stream.flush()


@contextmanager
def replacing(path: Path, temporary: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` only when all is written and safe on the disk."""
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except FileNotFoundError as error:
        # Whoever named the file does not know the other name.
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)
