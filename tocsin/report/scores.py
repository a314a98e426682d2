"""What forecasts were worth: the scores of resolved questions, against what, by word, by speaker and by model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from tocsin.errors import counted, listed
from tocsin.language.numbers import day, percent
from tocsin.ledger.scores import LEVELS, Calibration, Murphy
from tocsin.ledger.scoring import LEAST_QUESTIONS, Scorecard
from tocsin.report.blocks import Block, Line, Lines, Paragraph, Subheading, Table
from tocsin.report.history import edges

By = Literal["speaker", "word", "model"]
MOST_ROWS = 12
"""Of a calibration curve told as a table."""
BENCHMARKS = {
    "even": "even chances",
    "base_rate": "the references alone",
    "previous": "one's own last forecast",
}


def scores(card: Scorecard, by: By | None = None) -> Iterator[Block]:
    """All that can be said of resolved questions, or that part of it which goes by speaker, word or model."""
    if not card.cases:
        yield Paragraph("No question is resolved that was forecast before; there is nothing to score.")
        return
    match by:
        case "speaker":
            yield from by_speaker(card)
        case "word":
            yield from by_word(card)
        case "model":
            yield by_model(card)
        case _:
            yield from overall(card)


def so_far(card: Scorecard) -> str:
    """What the forecasts were worth until now, in two sentences; empty where none is scored."""
    if not card.cases:
        return ""
    against = [f"{number(skill.skill)} against {BENCHMARKS[skill.benchmark]}" for skill in card.skills]
    return (
        f"So far {counted(card.questions, 'question')} of this model {'is' if card.questions == 1 else 'are'} scored: "
        f"Brier {number(card.brier)}, where 0 is best and even chances give 0.25. Skill, at most 1: {listed(against)}."
    )


def overall(card: Scorecard) -> Iterator[Block]:
    """Mean scores, skill, Murphy's parts; the curve, or below `LEAST_QUESTIONS` the list."""
    yield Subheading(f"Scores of {counted(card.questions, 'resolved question')}")
    ranked, several = card.ranked_probability
    states = f"; ranked probability {number(ranked)} of {count(several)} with more than two states" if several else ""
    yield Paragraph(
        f"Brier {number(card.brier)} (0 is best, even chances 0.25, 1 worst), log {number(card.logarithmic)}{states}. "
        "Each question counts once, by the days on which each forecast of it stood."
    )
    rows = [
        (
            BENCHMARKS[skill.benchmark],
            count(skill.questions),
            number(skill.brier),
            number(skill.reference),
            number(skill.skill),
        )
        for skill in card.skills
    ]
    headings = ("Against", "Questions", "Brier", "Its Brier", "Skill")
    caption = "Skill: 1 is perfect, 0 as good as the benchmark"
    yield Table(headings, tuple(rows), (0.4, 0.15, 0.15, 0.15, 0.15), caption, numeric=(1, 2, 3, 4))
    if (curve := card.calibration) is None:
        yield questions(card)
        yield Paragraph(f"A calibration curve takes {LEAST_QUESTIONS} resolved questions.")
        return
    yield parts(card)
    yield curve_table(curve)


def parts(card: Scorecard) -> Table:
    """Murphy's parts of the Brier score."""

    def row(label: str, found: Murphy) -> tuple[str, ...]:
        return label, *map(number, (found.reliability, found.resolution, found.uncertainty, found.within, found.brier))

    headings = ("Groups by", "Reliability", "Resolution", "Uncertainty", "Within", "Brier")
    caption = "Reliability − resolution + uncertainty + within = Brier: reliability should be small, resolution large"
    rows = (row("probability", card.by_probability), row("word", card.by_word))
    return Table(headings, rows, (0.2, 0.17, 0.17, 0.17, 0.13, 0.16), caption, numeric=(1, 2, 3, 4, 5))


def questions(card: Scorecard) -> Table:
    """Every forecast that is scored."""
    rows = [
        (
            case.question.id,
            day(case.forecast.made_on),
            case.forecast.word,
            percent(case.forecast.p, edges(case.forecast)),
            case.resolution.outcome,
            number((case.forecast.p - case.happened) ** 2),
        )
        for case in card.cases
    ]
    headings = ("Question", "Said on", "Word", "Probability", "Came", "Brier")
    return Table(headings, tuple(rows), (0.3, 0.2, 0.2, 0.12, 0.08, 0.1), "Question by question", numeric=(3, 5))


def curve_table(curve: Calibration) -> Table:
    """The calibration curve at a few of its probabilities."""
    step = max(1, math.ceil(len(curve.p) / MOST_ROWS))
    rows = []
    for place in range(0, len(curve.p), step):
        band = "" if curve.band is None else f"{percent(curve.band[0][place])} to {percent(curve.band[1][place])}"
        rows.append((percent(float(curve.p[place])), percent(float(curve.rate[place])), band))
    covers = "" if curve.band is None else f"; {percent(LEVELS[1] - LEVELS[0])} band"
    caption = (
        f"Calibration: miscalibration {number(curve.miscalibration)} − discrimination {number(curve.discrimination)} + "
        f"uncertainty {number(curve.uncertainty)} = Brier{covers}"
    )
    return Table(("Said", "Came about", "Band"), tuple(rows), (0.3, 0.3, 0.4), caption, numeric=(0, 1, 2))


def curve(found: Calibration) -> Lines:
    """The calibration curve as a picture, with the line on which all is as it was said."""
    bands = () if found.band is None else tuple(zip(found.band[0].tolist(), found.band[1].tolist(), strict=True))
    stops = tuple((p, percent(p)) for p in found.p.tolist())
    lines = (Line("came about", tuple(found.rate.tolist()), bands), Line("as was said", tuple(found.p.tolist())))
    return Lines(lines, "what was said", stops, "Calibration curve", "How often it came about, by what was said")


def by_word(card: Scorecard) -> Iterator[Block]:
    """Of what was called by a word, how much came about."""
    rows = [
        (score.word, score.lexicon, count(score.questions), percent(score.p), percent(score.rate))
        for score in card.words
    ]
    yield Subheading("Of what was called by a word, how much came about?")
    headings = ("Word", "Lexicon", "Questions", "Said", "Came about")
    yield Table(headings, tuple(rows), (0.35, 0.2, 0.15, 0.15, 0.15), "Word by word", numeric=(2, 3, 4))
    yield parts(card)


def by_speaker(card: Scorecard) -> Iterator[Block]:
    """What the forecasts would have been worth with the words of each speaker alone."""
    yield Subheading("With the words of one speaker alone")
    rows = [
        (
            score.speaker if len(card.models) == 1 else f"{score.speaker} ({score.model})",
            count(score.questions),
            *map(number, (score.brier, score.forecast, score.reference, score.skill)),
            "" if math.isnan(score.peer) else f"{score.peer:+.1f}",
        )
        for score in card.voices
    ]
    if not rows:
        yield Paragraph("No speaker's words bear on a resolved question.")
        return
    headings = ("Speaker", "Questions", "Brier", "All voices", "None", "Skill", "Peer points")
    caption = "Brier scores on the questions that the speaker spoke of: alone, of the forecasts, and of the references"
    widths = (0.28, 0.12, 0.12, 0.12, 0.12, 0.1, 0.14)
    yield Table(headings, tuple(rows), widths, caption, numeric=(1, 2, 3, 4, 5, 6))
    yield Paragraph(
        "Skill is against the references alone. Peer points are 100 ln of the probability given to what came about, "
        "over the geometric mean of the other speakers'. A few questions prove little."
    )


def by_model(card: Scorecard) -> Table:
    """Model by model."""
    rows = []
    for name, own in card.models.items():
        skills = {skill.benchmark: number(skill.skill) for skill in own.skills}
        figures = (number(own.brier), number(own.logarithmic), skills["even"], skills["base_rate"])
        rows.append((name, count(own.questions), *figures))
    headings = ("Model", "Questions", "Brier", "Log", "Skill: even", "Skill: references")
    return Table(headings, tuple(rows), (0.3, 0.12, 0.12, 0.12, 0.16, 0.18), "Model by model", numeric=(1, 2, 3, 4, 5))


def track_records(card: Scorecard) -> str:
    """What `model.yaml` holds of its speakers' track records, under `pooling`."""
    voices = {voice.speaker: voice for voice in card.voices if not math.isnan(voice.skill)}
    lines = [
        f"    {name}: {{questions: {voice.questions:g}, skill: {max(voice.skill, 0.0):g}, until: {voice.until}}}\n"
        for name, voice in sorted(voices.items())
    ]
    return "".join(("pooling:\n  track_records:\n", *lines)) if lines else "# No speaker has a track record.\n"


def number(score: float) -> str:
    """A score with three decimals.

    >>> number(0.09), number(-0.0001), number(float("nan"))
    ('0.090', '0.000', 'none')
    """
    return "none" if math.isnan(score) else f"{round(score, 3) + 0.0:.3f}"


def count(questions: float) -> str:
    """How many questions; in part where a forecast did not stand for all of the days.

    >>> count(3.0), count(2.25)
    ('3', '2.2')
    """
    return f"{questions:.0f}" if abs(questions - round(questions)) < 1e-9 else f"{questions:.1f}"
