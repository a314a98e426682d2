"""What words mean: a standard's bands beside what readers take its words for, and a model's own readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tocsin.elicitation.lexicon import normal
from tocsin.language.numbers import sentence
from tocsin.records.lexicon import Hedge, Lexicon, Term
from tocsin.report.blocks import Bars, Block, ChartRow, Mark, Paragraph, Table

SURVEY = "survey"
"""The lexicon that tells what readers take words to mean."""
MISREAD = "often taken otherwise"
KEY: tuple[tuple[Mark, str], ...] = (("step", "what the standard means"), ("reach", "what readers mean"))


def words(lexicon: Lexicon, survey: Lexicon | None) -> Iterator[Block]:
    """Each word with its band on a scale, and beside it how readers took it where they were asked."""
    rows = tuple(_term(term, _asked(term, survey) if survey else None) for term in lexicon.terms)
    caption = "Bar: what the standard means. Line: what four in five readers mean."
    yield Bars(rows, KEY, "Words and what they mean", caption, inline=True)
    yield Paragraph(sentence(f"Source: {lexicon.source}"))
    if lexicon.note:
        yield Paragraph(lexicon.note)
    if survey is not None:
        yield Paragraph(
            f"{sentence(f'Readers: {survey.source}')} “{MISREAD}”: the middle of what they mean lies outside of the "
            "band."
        )


def hedges(own: Mapping[str, Hedge]) -> Iterator[Block]:
    """The model's own reading of words that no standard defines; nothing where it has none."""
    rows = tuple((", ".join((word, *hedge.phrases)), _band(hedge.range), hedge.because) for word, hedge in own.items())
    if rows:
        yield Table(("Words", "Read as", "Because"), rows, (0.3, 0.14, 0.56), "How the model reads them", (1,))


def _term(term: Term, readers: tuple[float, float] | None) -> ChartRow:
    notes = [", ".join(term.phrases)] if term.phrases else []
    if readers:
        notes.append(f"readers {_band(readers)}{f', {MISREAD}' if is_misread(term.band, readers) else ''}")
    return ChartRow(term.word, step=term.band, reach=readers, figure=_band(term.band), note="; ".join(notes))


def _asked(term: Term, survey: Lexicon) -> tuple[float, float] | None:
    """What readers take the word, or one that is read as it, to mean."""
    wanted = [normal(text) for text in (term.word, *term.phrases)]
    by_word = {normal(text): asked.band for asked in survey.terms for text in (asked.word, *asked.phrases)}
    return next((by_word[text] for text in wanted if text in by_word), None)


def is_misread(band: tuple[float, float], readers: tuple[float, float]) -> bool:
    """Whether the middle of what readers mean lies outside of the band.

    >>> is_misread((0.2, 0.45), (0.05, 0.3)), is_misread((0.55, 0.8), (0.6, 0.85))
    (True, False)
    """
    middle = sum(readers) / 2
    return not band[0] <= middle <= band[1]


def _band(band: tuple[float, float]) -> str:
    return f"{100 * band[0]:g}–{100 * band[1]:g} %"
