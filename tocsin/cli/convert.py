"""`tocsin convert`: a model, or a foreign network, in a foreign format.

A model goes as other programs can hold it: the mean tables, and the statements' facts as nodes to be observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin import __version__
from tocsin.cli.question import A_PATH, built, command, folder_of, model_option
from tocsin.errors import counted

if TYPE_CHECKING:
    from tocsin.model import Model
    from tocsin.network import Network
    from tocsin.network.formats.draft import Description
    from tocsin.network.network import Array

REPORTED, NOT_REPORTED = "reported", "not_reported"
"""States of a node that stands for facts; the first is the one to observe."""


@command()
@click.argument("paths", metavar="[MODEL] OUT", nargs=-1, required=True, type=A_PATH)
@model_option
@click.option("--without-facts", is_flag=True, help="Leave out what statements report; tables alone.")
def convert(paths: tuple[Path, ...], model_folder: Path | None, without_facts: bool) -> None:
    """Write a model for other programs, or one format as another.

    The ending of OUT says which: .bif, .bifxml, .xmlbif, .net, .xdsl or .uai.

    MODEL is the name of a model, its folder, or a network file; --model may stand for it. The facts that a model's
    statements report go along as nodes that the other program must observe.
    """
    from tocsin.network.formats import read_file, write_network

    *models, out = paths
    given = [*models, *([model_folder] if model_folder is not None else [])]
    if len(given) != 1:
        # A single path is never written to: it may be the network that was meant to be read.
        raise click.UsageError("give MODEL, or --model, once, and then OUT")
    model = given[0]
    if model.name != "model.yaml" and (model.is_file() or (model.suffix and not model.is_dir())):
        file = read_file(model)
        write_network(file.network, out)
        for note in file.notes:
            click.echo(str(note), err=True)
        click.echo(f"{out}: {counted(len(file.network.variables), 'variable')}")
        return
    ready = built(folder_of(model))
    taken = tables_alone(ready) if without_facts else with_facts(ready)
    write_network(taken.network, out, taken.description)
    for line in _describe(ready, taken, out):
        click.echo(line)


def _describe(model: Model, taken: Exchange, out: Path) -> Iterator[str]:
    """What was written, what to observe there, and what to expect."""
    from tocsin.assessment import baseline
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


@dataclass(frozen=True, eq=False)
class Exchange:
    """A network to be taken elsewhere.

    facts: by variable the node that stands for the facts on it, to be observed as `reported`; empty where they stay
    behind. answers: per variable `[S]`, what any program says with these observations and no others.
    """

    network: Network
    description: Description
    facts: Mapping[str, str]
    answers: Mapping[str, Array]


def with_facts(model: Model) -> Exchange:
    """The mean tables, and per variable with facts a child whose table is their likelihood.

    P(reported | state) is the likelihood divided by its largest value, since only ratios count. Facts that weigh
    nothing, whose likelihood is flat, get no node.
    """
    import numpy as np

    from tocsin.network import Network

    network = model.network
    likelihoods = {name: row for name, row in model.priors.likelihoods.items() if not np.allclose(row, row[0])}
    facts = {name: _unused(f"facts_{name}", network) for name in likelihoods}
    columns = {facts[name]: row / row.max() for name, row in likelihoods.items()}
    extended = Network(
        (*network.variables, *columns),
        {**network.states, **dict.fromkeys(columns, (REPORTED, NOT_REPORTED))},
        {**network.parents, **{node: (name,) for name, node in facts.items()}},
        {**network.tables, **{node: np.stack([column, 1.0 - column]) for node, column in columns.items()}},
    )
    return _exchange(model, extended, facts)


def tables_alone(model: Model) -> Exchange:
    """The mean tables alone: what the model says before anything was reported."""
    return _exchange(model, model.network, {})


def _exchange(model: Model, network: Network, facts: Mapping[str, str]) -> Exchange:
    import numpy as np

    from tocsin.inference import Engine

    observed = {node: np.array([[1.0, 0.0]]) for node in facts.values()}
    marginals = Engine(network).posteriors(observed).marginals
    return Exchange(network, _description(model, facts), facts, {name: rows[0] for name, rows in marginals.items()})


def _description(model: Model, facts: Mapping[str, str]) -> Description:
    from tocsin.network.formats.draft import Description

    file, variables = model.records.file, model.records.variables
    properties = {"model": model.name, "title": file.title, "as_of": str(file.as_of), "digest": model.records.digest}
    if file.licence:
        properties["licence"] = file.licence
    properties["written_by"] = f"Tocsin {__version__}"
    properties["facts"] = f"observe {', '.join(facts.values())} as {REPORTED}" if facts else "left out"
    titles, notes = {name: variable.title for name, variable in variables.items()}, {}
    for name, node in facts.items():
        statements = [s.id for s in model.records.statements if s.reports and name in s.reports]
        titles[node] = f"Facts on: {variables[name].title}"
        notes[node] = (
            f"Stands for what {', '.join(statements)} report on {name}: its table is their likelihood. "
            f"Observe it as {REPORTED}, else they do not count."
        )
    return Description(_word(model.name), properties, titles, notes)


def _word(name: str) -> str:
    """The name as a word that every format takes: letters, digits and `_`, a letter first."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
    return plain if plain[:1].isalpha() else f"model_{plain}"


def _unused(name: str, network: Network) -> str:
    while name in network.states:
        name += "_"
    return name
