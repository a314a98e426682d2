"""Text on its way out of the program: what nobody can see is spelt out, and what the reader's encoding lacks too.

Names, titles, keys and paths come from others. A control character in one can move the cursor or set a window's title,
a bidirectional control can show "safe" for what says otherwise. Both are printed as `\\u001b`, `\\u202e`: the escape
that JSON and Python share, so that JSON stays the same JSON. It happens in the streams themselves, so that no command,
no library and no error message has to think of it.
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
from typing import Any, TextIO
from unicodedata import category

_UNUSUAL = re.compile(r"[^\t\n\x20-\x7e]")
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"
"""They shape the letters of Persian, Hindi and others, and move nothing."""

_PLAINER = {
    "–": "-", "—": "--", "−": "-", "…": "...", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "×": "x", "·": "-",
    "→": "->", "←": "<-", "↔": "<->", "≥": ">=", "≤": "<=", "≈": "~", "½": "1/2", "\u00a0": " ", "\u202f": " ",
    "█": "#", "▏": "|", "━": "-",
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
