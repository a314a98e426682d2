"""Whether the words that statements quote stand in the source's text, which is not part of the project."""

from __future__ import annotations

import re
from pathlib import Path

from tocsin.errors import BadInput, Problem
from tocsin.files import yaml12
from tocsin.records import Model

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})


def check_quotations(folder: Path, model: Model, source: Path) -> int:
    """How many quotations stand in the text; raises BadInput naming those that do not."""
    try:
        text = _plain(source.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise BadInput([Problem(str(source), 0, 0, "", "no such file")]) from None
    except (OSError, UnicodeDecodeError):
        raise BadInput([Problem(str(source), 0, 0, "", "is not readable UTF-8 text")]) from None
    document = yaml12.read(folder / "statements.yaml")
    problems = [
        document.problem(("statements", position, "words"), f"{statement.words!r} does not stand in {source}")
        for position, statement in enumerate(model.statements)
        if statement.words is not None and not _stands(_plain(statement.words), text)
    ]
    if problems:
        raise BadInput(problems)
    return sum(statement.words is not None for statement in model.statements)


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).lower().split())


def _stands(words: str, text: str) -> bool:
    """Whole words only: `may` does not stand in `mayor`."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
