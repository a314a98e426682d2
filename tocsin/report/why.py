"""Why, and what else: contributions, the statements that matter, flips, assumptions, indicators, contradictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tocsin import language
from tocsin.analysis.flip import Flip
from tocsin.analysis.sensitivity import Bar
from tocsin.language.naming import from_to, named, source, value, word
from tocsin.language.numbers import capital, percent, sentence
from tocsin.report.blocks import Block, Item, Items, Paragraph, Subheading, Table
from tocsin.report.charts import why_chart
from tocsin.report.subject import Explained

MOST = 3
"""Entries per list."""
MOST_CONTRADICTIONS = 6


def why(subject: Explained) -> Iterator[Block]:
    """What moved the first outcome in focus: a picture and three sentences."""
    yield from _preface(subject)
    for outcome in subject.focus[:1]:
        yield from why_chart(subject)
        moved, rests, quoted = _reasons(subject, outcome)
        yield Items((*moved[:1], *rests[: MOST - len(moved[:1]) - len(quoted)], *quoted))


def why_in_full(subject: Explained) -> Iterator[Block]:
    """What moved each focus outcome, whose words it rests on, and the strongest contrary statement."""
    yield from _by_outcome(subject, _in_full)


def _in_full(subject: Explained, outcome: str) -> list[Item]:
    moved, rests, quoted = _reasons(subject, outcome)
    return [*moved, *rests, *quoted, *_contrary(subject, outcome)]


def _reasons(subject: Explained, outcome: str) -> tuple[list[Item], list[Item], list[Item]]:
    """What moved it, whose words it rests on, and what the weightiest of them says."""
    case, explained = subject.case, subject.explained
    moved = language.contributed(case, explained.contributions[outcome])[:MOST]
    rests = language.strongest_without(case, outcome, explained.influence.statements, MOST)
    quoted = []
    most = _largest(subject, outcome)
    if most is not None:
        statement = case.before.records.by_id[most]
        words = f" (“{statement.words}”)" if statement.words else ""
        quoted.append(Item(f"{statement.claim}{words}", f"{named(case, most)} says:"))
    return list(map(Item, moved)), list(map(Item, rests)), quoted


def _largest(subject: Explained, outcome: str) -> str | None:
    """The statement whose removal changes the outcome most, if any does."""
    p, table = subject.case.point[outcome], subject.explained.influence.statements
    best = max(table, key=lambda name: abs(table[name][outcome].p - p), default=None)
    return best if best is not None and abs(table[best][outcome].p - p) >= language.LEAST else None


def alternatives(subject: Explained) -> Iterator[Block]:
    """The least changes that would give each focus outcome another word, the first one two where there are two."""
    yield from _preface(subject)
    rows = tuple(
        (capital(language.flip_condition(subject.case, flip)), subject.event(outcome), flip.word)
        for outcome, most in _fewer(subject)
        for flip in _by_word(subject.explained.flips[outcome])[:most]
    )
    if rows:
        yield Table(("If", "then", "would be"), rows, (0.66, 0.2, 0.14), "The least changes that give another word")
    elif subject.focus:
        yield Paragraph("Nothing that was tried, alone, gives another word.")


def _fewer(subject: Explained) -> Iterator[tuple[str, int]]:
    """Each focus outcome with how many rows it gets in a table, so that the first has more than the others."""
    for position, outcome in enumerate(subject.focus):
        yield outcome, 1 if position else 2


def _by_word(flips: Sequence[Flip]) -> list[Flip]:
    """The nearest change for each word."""
    nearest: dict[str, Flip] = {}
    for flip in flips:
        nearest.setdefault(flip.word, flip)
    return [*nearest.values()]


def _contrary(subject: Explained, outcome: str) -> Iterator[Item]:
    """The statement that pulls hardest the other way than the scenario moves the answer.

    Where nothing shows of that, the other way than the statement that counts most.
    """
    case, table = subject.case, subject.explained.influence.statements
    p, baseline = case.point[outcome], case.assessment.outcomes[outcome].baseline
    most = _largest(subject, outcome)
    moved = p - baseline if percent(p) != percent(baseline) else p - table[most][outcome].p if most else 0.0
    side = 1 if moved > 0 else -1
    best = max(table, key=lambda name: side * (table[name][outcome].p - p), default=None)
    if best is None or side * (table[best][outcome].p - p) < language.LEAST:
        yield Item("No statement pulls the other way by as much as 0.1 points.")
        return
    left = table[best][outcome]
    claim = sentence(case.before.records.by_id[best].claim)
    told = f"{claim} Without it: {from_to(p, left.p)}, {word(case, p, left.word)}."
    yield Item(told, f"The strongest contrary statement, {named(case, best)}:")


def assumptions(subject: Explained) -> Iterator[Block]:
    """The numbers that each focus outcome hangs on most, and whose they are."""
    yield Paragraph(
        "The numbers that move each answer most; “assumed” are the analysts' own. Each line moves one of them alone "
        "from its 10th to its 90th percentile."
    )
    yield from _by_outcome(subject, _assumptions_one)


def _assumptions_one(subject: Explained, outcome: str) -> list[Item]:
    bars = [one for one in subject.explained.tornado[outcome][:MOST] if one.swing >= language.LEAST]
    return [bar(subject, one) for one in bars] or [Item("No single number moves it by 0.1 points.")]


def bar(subject: Explained, one: Bar) -> Item:
    """What one number's uncertainty does, the number told by what it says."""
    low, high = value(one.parameter, one.low), value(one.parameter, one.high)
    model = subject.case.model
    prior = model.priors.by_key.get(one.parameter.key)
    reason = getattr(getattr(prior, "source", None), "because", None)
    assumed = getattr(prior, "basis", None) == "assumption"
    because = sentence(f" {'Assumed because' if assumed else 'Why this count'}: {reason}") if reason and prior else ""
    because = "" if one.parameter.statements else because
    told = language.quantity(subject.case.model, one.parameter.key)
    return Item(
        f"the answer is {percent(one.p_low)} if it is {low}, and {percent(one.p_high)} if it is {high} "
        f"({source(model, one.parameter.key, one.parameter.statements)}).{because}",
        f"{capital(told)}:",
    )


def indicators(subject: Explained) -> Iterator[Block]:
    """The causes to watch for each focus outcome, and what the answers at both ends would make of it."""
    yield from _preface(subject)
    rows = tuple(
        (
            subject.records.variables[cause.variable].title,
            subject.event(outcome),
            *subject.replies(cause),
            percent(cause.new_word),
        )
        for outcome, most in _fewer(subject)
        for cause in subject.causes(outcome)[:most]
    )
    headings, widths = ("Watch", "for", "Falls to", "Rises to", "New word"), (0.17, 0.18, 0.27, 0.27, 0.11)
    if rows:
        yield Table(headings, rows, widths, "Causes that tell most, and the chance of another word", (4,))
    elif subject.focus:
        yield Paragraph("No cause that could be seen beforehand gives another word.")


def disputes(subject: Explained) -> Iterator[Block]:
    """Numbers on which voices contradict each other; nothing where there are none."""
    found = tuple(Item(language.disputed(subject.case, one)) for one in subject.explained.disputes)
    if found:
        yield Items(found)


def contradictions(subject: Explained) -> Iterator[Block]:
    """Whether the findings disagree, which judgements the model does not bear out, and who is one voice."""
    case, explained = subject.case, subject.explained
    strained = [one for one in explained.tensions if one.strained]
    lines = [*language.conflict(case, explained.conflict)]
    lines += [language.disputed(case, one) for one in explained.disputes]
    lines += [language.tension(one) for one in strained[:MOST_CONTRADICTIONS]]
    if len(strained) > MOST_CONTRADICTIONS:
        lines.append(f"In weaker tension with the model: {len(strained) - MOST_CONTRADICTIONS} more.")
    yield Items(tuple(Item(text) for text in lines))


def _by_outcome(subject: Explained, told: Callable[[Explained, str], Sequence[Item]]) -> Iterator[Block]:
    yield from _preface(subject)
    for outcome in subject.focus:
        yield Subheading(subject.event(outcome))
        yield Items(tuple(told(subject, outcome)))


def _preface(subject: Explained) -> Iterator[Block]:
    if not subject.focus:
        yield Paragraph("The scenario itself settles every outcome; nothing is left to explain.")
    elif subject.case.scenario.reconcile:
        yield Paragraph("This is about the model as it stands, before it is reconciled with the judgements.")
