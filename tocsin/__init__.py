"""Tocsin: expert statements become outcome probabilities that can be traced, questioned and briefed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.version import __version__

if TYPE_CHECKING:
    from tocsin.batch.session import load

__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    # Late, so that `import tocsin` costs nothing.
    if name == "load":
        from tocsin.batch.session import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
