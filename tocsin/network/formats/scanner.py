"""The words of a text, one after another, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from tocsin.errors import BadInput, BadNetwork, whole_text

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RUN = re.compile(r"([0-9eE.+\-,\s]+);")


class Place(NamedTuple):
    """Line and column, from 1; 0 where a file has none."""

    line: int = 0
    column: int = 0


NOWHERE = Place()


class UnreadableText(BadNetwork):
    """A text that is no network of its format, and where."""

    def __init__(self, message: str, place: Place):
        self.place = place
        super().__init__(message)


def cut(text: str) -> str:
    """The text as a message quotes it: no more than 60 characters."""
    return text if len(text) <= 60 else text[:60] + "…"


def text_of(content: bytes) -> str:
    """The text in UTF-8, which the formats without a declaration of their own are read in; raises UnreadableText."""
    try:
        return whole_text(content, "")
    except BadInput as error:
        (found,) = error.problems
        raise UnreadableText(found.message, Place(found.line, found.column)) from None


class Token(NamedTuple):
    """A piece of text. kind: `word`, `string` (with its quotes), `sign`, or `end` after the last one."""

    kind: str
    text: str
    start: int


class Scanner:
    """Takes a text's tokens in turn.

    tokens: a pattern with the groups `skip` (space and comments), `string`, `word` and `sign`; it matches anywhere.
    """

    def __init__(self, text: str, tokens: re.Pattern[str]):
        self.text = text
        self._match = tokens.match
        self._lines = [found.start() for found in re.finditer("\n", text)]
        self._position = 0
        self._next: Token | None = None

    def peek(self) -> Token:
        """The next token, which stays."""
        while self._next is None:
            found = self._match(self.text, self._position)
            if found is None:
                self._next = Token("end", "", len(self.text))
            else:
                self._position = found.end()
                if found.lastgroup != "skip":
                    self._next = Token(str(found.lastgroup), found[0], found.start())
        return self._next

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._next = None
        return token

    def accept(self, *texts: str) -> bool:
        """Takes the next token if it is one of these words or signs."""
        token = self.peek()
        if token.kind == "string" or token.text not in texts or token.kind == "end":
            return False
        self._next = None
        return True

    def expect(self, text: str, where: str, hint: str = "") -> Token:
        """Takes this word or sign. Raises UnreadableText."""
        token = self.take()
        if token.text != text or token.kind in ("string", "end"):
            raise self.error(f"{text!r} is expected {where}, not {self.shown(token)}{hint}", token)
        return token

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Takes what this pattern finds at the next token, if anything."""
        token = self.peek()
        if token.kind == "end" or (found := pattern.match(self.text, token.start)) is None:
            return None
        self._position, self._next = found.end(), None
        return found[0]

    def name(self, what: str) -> str:
        """A word, or whatever stands in quotes. Raises UnreadableText."""
        token = self.take()
        if token.kind == "word":
            return token.text
        if token.kind == "string":
            return token.text[1:-1]
        raise self.error(f"{what} is expected, not {self.shown(token)}", token)

    def count(self, what: str) -> int:
        """A whole number of at most nine digits. Raises UnreadableText."""
        token = self.take()
        if token.kind != "word" or not re.fullmatch("[0-9]{1,9}", token.text):
            raise self.error(f"{what} is expected, a whole number, not {self.shown(token)}", token)
        return int(token.text)

    def number(self) -> float:
        """A number. Raises UnreadableText."""
        return self.as_number(self.take())

    def as_number(self, token: Token) -> float:
        """The number that a token is. Raises UnreadableText."""
        if token.kind != "word" or not NUMBER.fullmatch(token.text):
            raise self.error(f"a number is expected, not {self.shown(token)}", token)
        return float(token.text)

    def numbers(self) -> Iterator[float]:
        """Numbers, with or without commas between, for as long as words follow. Raises UnreadableText."""
        if (run := _RUN.match(self.text, self.peek().start)) is not None:
            words = run[1].replace(",", " ").split()
            if all(map(NUMBER.fullmatch, words)):
                # Up to the semicolon at one go.
                self._position, self._next = run.end(1), None
                yield from map(float, words)
        while self.peek().kind == "word":
            yield self.number()
            self.accept(",")

    def place(self, token: Token | None = None) -> Place:
        """Where the token stands, or the next one."""
        start = (token or self.peek()).start
        line = bisect_left(self._lines, start)
        return Place(line + 1, start - (self._lines[line - 1] if line else -1))

    def error(self, message: str, token: Token | None = None) -> UnreadableText:
        """The message at the token's place, or at the next one's."""
        return UnreadableText(message, self.place(token))

    @staticmethod
    def shown(token: Token) -> str:
        """The token as a message quotes it."""
        return "the end of the file" if token.kind == "end" else repr(cut(token.text))
