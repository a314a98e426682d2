"""`tocsin convert`: a model, or a foreign network, in a foreign format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.question import A_PATH, built, command, folder_of
from tocsin.errors import counted

if TYPE_CHECKING:
    from tocsin.exchange import Exchange
    from tocsin.model import Model


@command()
@click.argument("model", type=A_PATH)
@click.argument("out", type=A_PATH)
@click.option("--without-facts", is_flag=True, help="Leave out what statements report; tables alone.")
def convert(model: Path, out: Path, without_facts: bool) -> None:
    """Write a model for other programs, or one format as another.

    The ending of OUT says which: .bif, .bifxml, .xmlbif, .net, .xdsl or .uai.

    MODEL is the name of a model, its folder, or a network file. The facts that a model's statements report go along as
    nodes that the other program must observe.
    """
    from tocsin import exchange
    from tocsin.network.formats import read_file, write_network

    if model.name != "model.yaml" and (model.is_file() or (model.suffix and not model.is_dir())):
        file = read_file(model)
        write_network(file.network, out)
        for note in file.notes:
            click.echo(str(note), err=True)
        click.echo(f"{out}: {counted(len(file.network.variables), 'variable')}")
        return
    ready = built(folder_of(model))
    taken = exchange.without_facts(ready) if without_facts else exchange.with_facts(ready)
    write_network(taken.network, out, taken.description)
    for line in _describe(ready, taken, out):
        click.echo(line)


def _describe(model: Model, taken: Exchange, out: Path) -> Iterator[str]:
    """What was written, what to observe there, and what to expect."""
    from tocsin.assessment import baseline
    from tocsin.exchange import REPORTED
    from tocsin.language.events import event
    from tocsin.network.formats import has_names

    own = counted(len(model.network.variables), "variable")
    if taken.facts:
        yield f"{out}: {own}, and {counted(len(taken.facts), 'node')} for the facts that statements report"
        yield "The facts count only where they are observed; observe in the other program:"
        for node in taken.facts.values():
            place = taken.network.variables.index(node)
            yield f"  {node} = {REPORTED}" if has_names(out) else f"  variable {place} = 0  ({node} = {REPORTED})"
        yield "Without other evidence it then says, as the baseline here:"
    else:
        yield f"{out}: {own}; what the statements report was left out"
        yield "Without evidence the other program says (in brackets the baseline here, which has the facts):"
    with_facts = baseline(model)
    for name, states_of in model.records.events.items():
        states = [model.network.index(name, state) for state in states_of]
        here = "" if taken.facts else f"  ({100 * with_facts[name][states].sum():.2f} %)"
        p = 100 * taken.answers[name][states].sum()
        yield f"  {p:6.2f} %{here}  {event(model.records, name)}"
    yield "Intervals, statements and their trail stay behind; a report of a scenario is virtual evidence there."
