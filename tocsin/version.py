"""The version of the package, which every run record carries."""

__version__ = "0.1.0"
