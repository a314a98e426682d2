"""Random inputs, one module a subject.

A module has `KINDS`: name → a function of a `random.Random` that makes an input of that kind, gives it to Tocsin, and
raises if the answer is not what it should be. A refusal that users are meant to see (`TocsinError`, exit status 1 with
a message) is an answer; anything else that is raised is a fault. `COUNTS`, where given, says how many inputs of a kind
the tests try, if not `fuzz.TRIED`.
"""

from __future__ import annotations

from pathlib import Path

from tocsin.errors import TocsinError

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "data" / "small"
SHIPPED = ROOT / "models" / "iraq-syria-2024"


def require_said(error: TocsinError) -> None:
    """A refusal is a message: not empty, of a length that is read, no traceback."""
    said = str(error)
    assert said.strip()
    assert len(said) < 60_000, f"a message of {len(said)} characters"
    assert "Traceback" not in said
