"""Tocsin: expert statements become outcome probabilities that can be traced, questioned and briefed."""

from tocsin.version import __version__

__all__ = ["__version__"]
