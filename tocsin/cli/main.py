"""The command line: a group whose commands are loaded when they are asked for, and what becomes of errors."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from io import StringIO
from typing import Any

import click

from tocsin import __version__
from tocsin.errors import TocsinError
from tocsin.output import one_line, visible_streams

# Before NumPy is loaded: the engine's products are small, and a second BLAS thread only makes the first one wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "app": "start",
    "assess": "answer",
    "batch": "answer",
    "brief": "brief",
    "check": "check",
    "choose": "choose",
    "convert": "convert",
    "draft": "draft",
    "elicit": "elicit",
    "explain": "answer",
    "history": "ledger",
    "init": "start",
    "ledger": "ledger",
    "models": "start",
    "resolve": "ledger",
    "schema": "start",
    "score": "ledger",
    "seal": "ledger",
    "verify": "check",
    "watch": "ledger",
    "words": "start",
}
"""Each is a function of that name; by name the module that it stands in."""


class LazyCommands(Mapping[str, click.Command]):
    """The commands by name; a file is opened when its command is taken, so that none pays for another's options."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(importlib.import_module(f"tocsin.cli.{COMMANDS[name]}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(click.Group):
    """Turns every deliberate error into one message on stderr and an exit status, never a traceback."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **options: Any
    ) -> Any:
        """Run a command and end the program with its status: 0, 1 for what the user can mend, 2 for a wrong option."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **options)
        with visible_streams():
            status = self._status(args, options)
        sys.exit(status)

    def _status(self, args: Sequence[str] | None, options: Mapping[str, Any]) -> int:
        try:
            # A number where the command has ended itself, as `--help` and `verify` do.
            ended = super().main(args, standalone_mode=False, **options)
            if sys.stdout is not None:
                sys.stdout.flush()
        except TocsinError as error:
            return _fail(f"{error}")
        except click.ClickException as error:
            message = StringIO()
            error.show(message)
            return _fail(message.getvalue().rstrip("\n"), error.exit_code)
        except click.Abort:
            return _fail("Aborted!")
        except BrokenPipeError:
            # Nobody reads on, as in `tocsin assess | head`.
            return 1
        except OSError as error:
            return _fail(f"{one_line(str(error.filename or 'output'))}: {error.strerror or error}")
        except UnicodeEncodeError as error:
            # A path of bytes that are no text, or of letters that this system's paths lack.
            around = error.object[max(0, error.start - 40) : error.end + 20]
            return _fail(f"{one_line(around)}: this name cannot be read or written here; rename it in UTF-8")
        return ended if isinstance(ended, int) else 0


def _fail(message: str, status: int = 1) -> int:
    with suppress(OSError):
        click.echo(message, err=True, color=True)
    return status


# Click takes escape codes out where no terminal listens; ours are shown.
@click.group(
    cls=Commands,
    commands=LazyCommands(),
    context_settings={"help_option_names": ["-h", "--help"], "color": True},
)
@click.version_option(__version__, prog_name="tocsin")
def main() -> None:
    """Tocsin: expert statements become outcome probabilities that can be traced, questioned and briefed.

    Begin with `tocsin check`, then `tocsin assess`. Each command explains itself: `tocsin assess --help`.
    """


if __name__ == "__main__":
    sys.exit(main())
