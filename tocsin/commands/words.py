"""`tocsin words`: which estimative words are read, and as what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.commands.question import command, folder_of, model_option
from tocsin.errors import BadInput, Problem

if TYPE_CHECKING:
    from tocsin.records import Hedge, Lexicon, Scales


@command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@model_option
@click.option("--lexicon", help="Only this lexicon: icd203, phia, nato, ipcc, kent, survey, or the model's hedges.")
def words(words: tuple[str, ...], model_folder: Path | None, lexicon: str | None) -> None:
    """List the words that are read, each with its probabilities.

    With WORD, what every lexicon makes of that word.
    A word is read by the model's lexicon, else by the model's hedges, else by the survey.
    """
    from tocsin import files
    from tocsin.files.places import near_models

    hedges: Mapping[str, Hedge] = {}
    first = "icd203"
    if model_folder is not None or len(near_models()) == 1:
        model = files.load_model(folder_of(model_folder))
        hedges, first = model.file.hedges, model.file.lexicon
    sources = dict(_sources(first, files.lexicons(), hedges))
    if lexicon is not None and lexicon not in sources:
        from tocsin.errors import nearest

        raise BadInput([Problem("--lexicon", 0, 0, "", f"no lexicon {lexicon!r}{nearest(lexicon, sources)}")])
    if words:
        _asked(words, sources, lexicon, (first, "hedges", "survey"))
        return
    for name, entries in sources.items():
        if lexicon in (None, name):
            read = "" if name in (first, "hedges", "survey") else f" (read by models that say `lexicon: {name}`)"
            click.echo(f"{name}: {_TITLES.get(name) or files.lexicons()[name].title}{read}")
            for word, (low, high) in sorted(entries.items(), key=lambda entry: (entry[1], entry[0])):
                click.echo(f"  {_band(low, high):>11}  {word}")
    if lexicon is None:
        _strengths(files.scales())


_TITLES = {"hedges": "the model's own readings"}


def _sources(
    first: str, lexicons: Mapping[str, Lexicon], hedges: Mapping[str, Hedge]
) -> Iterator[tuple[str, dict[str, tuple[float, float]]]]:
    """In the order in which words are looked up; the lexicons that this model does not read with come last."""
    order = [first, "survey", *(name for name in lexicons if name not in (first, "survey"))]
    for name in dict.fromkeys(order):
        if name == "survey" and hedges:
            yield "hedges", {word: hedge.range for key, hedge in hedges.items() for word in (key, *hedge.phrases)}
        yield name, {word: term.band for term in lexicons[name].terms for word in (term.word, *term.phrases)}


def _asked(
    asked: tuple[str, ...],
    sources: Mapping[str, Mapping[str, tuple[float, float]]],
    only: str | None,
    read: tuple[str, ...],
) -> None:
    from tocsin.elicitation.lexicon import normal

    unread = []
    for word in asked:
        found = [
            (name, band)
            for name, entries in sources.items()
            if only in (None, name)
            for entry, band in entries.items()
            if normal(entry) == normal(word)
        ]
        for name, (low, high) in found:
            here = "" if name in read else ", not read by this model"
            click.echo(f"{word}: {_band(low, high)} ({name}{here})")
        if not found:
            unread.append(Problem(word, 0, 0, "", "no lexicon reads it; write `read_as` with a range"))
    if unread:
        raise BadInput(unread)


def _strengths(scales: Scales) -> None:
    click.echo("strength of an influence: odds ratio where it raises, the inverse where it lowers")
    for word, (low, high) in scales.influence_strength.items():
        click.echo(f"  {f'{low:g}–{high:g}':>11}  {word}")


def _band(low: float, high: float) -> str:
    return f"{100 * low:g}–{100 * high:g} %" if low < high else f"{100 * low:g} %"
