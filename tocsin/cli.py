"""The command line: a group whose commands are loaded when they are asked for, and what becomes of errors."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, MutableMapping
from typing import Any

import click

from tocsin.commands import COMMANDS
from tocsin.errors import TocsinError
from tocsin.version import __version__

# Before NumPy is loaded: the engine's products are small, and a second BLAS thread only makes the first one wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Shelf(MutableMapping[str, click.Command]):
    """The commands by name; a file is opened when its command is taken, so that none pays for another's options."""

    def __init__(self) -> None:
        self._added: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._added:
            if name not in COMMANDS:
                raise KeyError(name)
            self._added[name] = getattr(importlib.import_module(f"tocsin.commands.{name}"), name)
        return self._added[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._added[name] = command

    def __delitem__(self, name: str) -> None:
        del self._added[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*COMMANDS, *self._added}))

    def __len__(self) -> int:
        return len({*COMMANDS, *self._added})


class Commands(click.Group):
    """Turns every deliberate error into one message on stderr and exit status 1, never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; a deliberate error ends it with status 1."""
        try:
            return super().invoke(context)
        except TocsinError as error:
            click.echo(f"{error}", err=True)
            context.exit(1)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"{place}{error.strerror or error}", err=True)
            context.exit(1)


@click.group(cls=Commands, commands=Shelf(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tocsin")
def main() -> None:
    """Tocsin: expert statements become outcome probabilities that can be traced, questioned and briefed."""


if __name__ == "__main__":
    sys.exit(main())
