"""Tocsin: expert statements become outcome probabilities that can be traced, questioned and briefed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tocsin.session import Session, load

__version__ = "0.1.0"
"""Which every run record carries."""
__all__ = ["Session", "__version__", "load"]


def __getattr__(name: str) -> Any:
    # Late, so that `import tocsin` costs nothing.
    if name in ("Session", "load"):
        from tocsin import session

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
