"""What an explanation says, topic by topic and without a format: screen, terminal and paper show the same blocks.

A topic is a section; without blocks where there is nothing to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from tocsin.analysis.explain import Explanation
from tocsin.analysis.indicators import TELLING, Indicator
from tocsin.analysis.sensitivity import Bar, TwoWay
from tocsin.analysis.tension import Reconciled
from tocsin.language import outcomes, scenarios
from tocsin.language.events import event, finding, reply_clause
from tocsin.language.numbers import LEAST, capital, figure, from_to, is_moved, is_settled, percent, sentence
from tocsin.language.outcomes import best_pair, goes, strongest_without, without
from tocsin.language.parameters import quantity, short
from tocsin.language.scenarios import two_way
from tocsin.language.statements import source, voice
from tocsin.report.alternatives import alternatives
from tocsin.report.blocks import Bars, Block, ChartRow, Item, Items, Paragraph, Section, Subheading, Table, scale_end
from tocsin.report.charts import REACH_KEY, Key
from tocsin.report.provenance import constituents

MOST = 3
"""Entries of a list where all topics stand under one another."""
MOST_ARCS = 5
FINDINGS, WATCH = "What the findings do", "What to look for"
CAUSES, LATE = "Before it: causes and other signs", "Parts and effects of it, which may be known no sooner"
NO_STEPS = "Nothing is set in this scenario, so there are no steps from the baseline to it."
NOTHING_AHEAD = "Nothing that could be known before this outcome would tell anything worth knowing about it."
GLOSS = (
    "How much is unknown about an outcome is counted in bits: 1 where it is as likely as not, 0 where it is certain. "
    "The share tells how much of that an answer would settle on average."
)
STEP_KEY: Key = (("step", "step"), ("tick", "before it"), ("point", "after it"))
REPLY_KEY: Key = (("tick", "now"), ("point", "after the answer"))
RANKS = ("Most probable", "Second", "Third")
IN_ORDER = ("outcome", "tail risk", "driver", "indicator", "action", "mechanism")
"""Roles in the order of a course of events; an index follows from the rest."""


def of_outcome(explained: Explanation, outcome: str) -> Iterator[Section]:
    """Every topic of one outcome, each at its shortest."""
    if is_settled(explained.case.point[outcome]):
        yield settled()
        yield alternatives(explained, outcome)
        return
    yield findings(explained, outcome)
    yield alternatives(explained, outcome)
    yield voices(explained, outcome)
    yield ground(explained, outcome)
    yield numbers(explained, outcome, MOST)
    yield readings(explained, outcome)
    yield watch(explained, outcome, MOST)
    yield silent(explained, outcome, MOST)
    yield flips(explained, outcome, MOST)
    if explained.two_way is not None:
        yield together(explained, outcome, explained.two_way)


def of_all(explained: Explanation) -> Iterator[Section]:
    """Every topic that concerns the scenario as a whole."""
    yield courses(explained)
    yield conflict(explained)
    yield disputes(explained)
    yield tensions(explained)
    yield doubled(explained)
    yield arcs(explained)
    if explained.reconciled is not None:
        yield from reconciled(explained, explained.reconciled)


def _section(key: str, heading: str, lines: Iterable[str | Item]) -> Section:
    """One list under a heading; an empty section for an empty list."""
    items = tuple(line if isinstance(line, Item) else Item(line) for line in lines)
    return Section(key, heading, (Items(items),) if items else ())


def settled() -> Section:
    """What there is to say of an outcome that the scenario itself decides."""
    return _section("settled", "Settled by what the scenario supposes", ["Nothing is left to explain."])


def story(explained: Explanation, outcome: str) -> Section:
    """Three sentences: the finding that did most, the statement and the number that the outcome hangs on most."""
    parts = explained.contributions[outcome]
    first = outcomes.contributed(explained.case, parts)[:1] or [NO_STEPS]
    voice = strongest_without(explained.case, outcome, explained.influence.statements, 1)[:1]
    number = [_hangs_on(explained, bar) for bar in telling(explained, outcome)[:1]]
    return _section("story", "In short", [*first, *voice, *number])


def _hangs_on(explained: Explanation, bar: Bar) -> str:
    """The number in one sentence, without whose it is."""
    kind = bar.parameter.kind
    return (
        f"No number moves it more than {quantity(explained.case.model, bar.parameter.key)}: the answer is "
        f"{percent(bar.p_low)} if that is {figure(kind, bar.low)}, and {percent(bar.p_high)} if it is "
        f"{figure(kind, bar.high)}."
    )


def findings(explained: Explanation, outcome: str, most: int | None = None) -> Section:
    """What each finding adds, from the baseline to the scenario."""
    parts = explained.contributions[outcome]
    if not parts.log_odds:
        return Section("findings", FINDINGS, (Paragraph(NO_STEPS),))
    lines = outcomes.contributed(explained.case, parts)[:most]
    return Section("findings", FINDINGS, (*waterfall(explained, outcome), Items(tuple(map(Item, lines)))))


def waterfall(explained: Explanation, outcome: str, most: int | None = None) -> tuple[Bars, ...]:
    """From the baseline to the scenario by finding, on the scale of probability, following the log-odds.

    most: so many steps one by one, the others in one; nothing where findings cannot be told apart.
    """
    parts, edges = explained.contributions[outcome], explained.case.words.edges
    places = [parts.baseline, *parts.places]
    if not parts.log_odds or any(map(math.isnan, places)):
        return ()
    labels = [capital(finding(explained.case, name)) for name, _ in parts.ranked]
    if most is not None and len(labels) > most + 1:
        labels = [*labels[:most], f"The other {len(labels) - most} findings"]
        places = [*places[: most + 1], places[-1]]
    rows = (
        ChartRow("Baseline", parts.baseline, step=(0.0, parts.baseline), figure=percent(parts.baseline, edges)),
        *(
            ChartRow(label, end, step=(start, end), tick=start, figure=percent(end, edges))
            for label, (start, end) in zip(labels, pairwise(places), strict=True)
        ),
        ChartRow("Scenario", parts.scenario, step=(0.0, parts.scenario), figure=percent(parts.scenario, edges)),
    )
    caption = (
        f"{event(explained.case.model.records, outcome)}: each step is what a finding adds, on average over "
        "all orders in which the findings could have come in."
    )
    return (Bars(rows, STEP_KEY, "Steps from the baseline to the scenario", caption, scale_end(rows), inline=True),)


def voices(explained: Explanation, outcome: str) -> Section:
    """The statements without which the outcome would change most, the speaker, the weightiest, and the contrary one."""
    lines: list[str | Item] = [*strongest_without(explained.case, outcome, explained.influence.statements, MOST)]
    if len(lines) > 1:
        lines += strongest_without(explained.case, outcome, explained.influence.groups["speaker"], 1)[:1]
    lines = [*lines, *quoted(explained, outcome), _contrary(explained, outcome, lines)]
    return _section("voices", "Whose words it rests on", lines)


def quoted(explained: Explanation, outcome: str) -> list[Item]:
    """What the weightiest statement says, if there is one."""
    if (most := _weightiest(explained, outcome)) is None:
        return []
    statement = explained.case.before.records.by_id[most]
    words = f" (“{statement.words}”)" if statement.words else ""
    return [Item(sentence(statement.claim), f"{voice(explained.case.before.records, most)} says{words}:")]


def _weightiest(explained: Explanation, outcome: str) -> str | None:
    """The statement whose removal changes the outcome most, if any does."""
    p, table = explained.case.point[outcome], explained.influence.statements
    best = max(table, key=lambda name: abs(table[name][outcome].p - p), default=None)
    return best if best is not None and abs(table[best][outcome].p - p) >= LEAST else None


def _contrary(explained: Explanation, outcome: str, lines: Sequence[str | Item]) -> Item:
    """The statement that pulls hardest the other way than the scenario moves the answer.

    Where nothing shows of that, the other way than the statement that counts most. lines: what stands above it and
    is not said again.
    """
    case, table = explained.case, explained.influence.statements
    estimate = case.assessment.outcomes[outcome]
    p, baseline = case.point[outcome], estimate.baseline
    most = _weightiest(explained, outcome)
    moved = p - baseline if is_moved(estimate) else p - table[most][outcome].p if most else 0.0
    side = 1 if moved > 0 else -1
    best = max(table, key=lambda name: side * (table[name][outcome].p - p), default=None)
    if best is None or side * (table[best][outcome].p - p) < LEAST:
        return Item("No statement pulls the other way by as much as 0.1 points.")
    if best == most:
        return Item(f"{voice(case.before.records, best)} is the strongest contrary statement too.")
    left = table[best][outcome]
    claim = sentence(case.before.records.by_id[best].claim)
    if without(case, outcome, best, left) not in lines:
        claim += f" Without it, {event(case.model.records, outcome, style='noun')} {goes(case, p, left)}."
    return Item(claim, f"The strongest contrary statement, {voice(case.before.records, best)}:")


def ground(explained: Explanation, outcome: str) -> Section:
    """Analytic confidence, which is another thing than probability."""
    lines = [scenarios.confidence(explained.case, explained.confidence[outcome])]
    return _section("ground", "How good the ground is", lines)


def numbers(explained: Explanation, outcome: str, most: int) -> Section:
    """The uncertain numbers that move the outcome most, whose they are, and why they are assumed so."""
    bars = telling(explained, outcome)[:most]
    lines = [hinge(explained, bar) for bar in bars] or [Item("No single number moves it by 0.1 points.")]
    return _section("numbers", "Which numbers it hangs on", lines)


def tornado(explained: Explanation, outcome: str, most: int, *, unfolds: bool = False) -> tuple[Block, ...]:
    """The same numbers as lengths, and how many others there are.

    unfolds: each has a short label, which a reader unfolds to what the number says; paper does not.
    """
    bars = explained.tornado[outcome]
    shown, model = telling(explained, outcome)[:most], explained.case.model
    if not shown:
        return (Paragraph(f"None of the {len(bars)} numbers alone moves it by 0.1 points."),)
    rows = tuple(
        ChartRow(
            capital(quantity(model, bar.parameter.key)),
            explained.case.point[outcome],
            step=(bar.p_low, bar.p_high),
            figure=from_to(bar.p_low, bar.p_high).removeprefix("from "),
            note=_range(explained, bar),
            short=short(model, bar.parameter.key) if unfolds else "",
        )
        for bar in shown
    )
    caption = (
        f"{event(model.records, outcome)}, as one number alone moves from its 10th to its 90th percentile. "
        "Filled: it rises with the number. Outlined: it falls."
    )
    chart = Bars(rows, REACH_KEY, "Numbers that it hangs on", caption, scale_end(rows), inline=True)
    others = len(bars) - len(shown)
    return (chart, *([Paragraph(f"{others} other numbers move it by less than that, each alone.")] if others else []))


def _range(explained: Explanation, bar: Bar) -> str:
    """`20 % to 74 %, observed by S3`."""
    parameter = bar.parameter
    whose = source(explained.case.model, parameter.key, parameter.statements)
    observed = "observed by " if parameter.statements else ""
    return f"{figure(parameter.kind, bar.low)} to {figure(parameter.kind, bar.high)}, {observed}{whose}"


def telling(explained: Explanation, outcome: str) -> list[Bar]:
    """The numbers that move the outcome by as much as is shown, the farthest first."""
    return [bar for bar in explained.tornado[outcome] if bar.swing >= LEAST]


def hinge(explained: Explanation, bar: Bar) -> Item:
    """What one number's uncertainty does, the number told by what it says."""
    model, parameter = explained.case.model, bar.parameter
    low, high = figure(parameter.kind, bar.low), figure(parameter.kind, bar.high)
    prior = model.priors.by_key.get(parameter.key)
    reason = None if parameter.statements else getattr(getattr(prior, "source", None), "because", None)
    whose = source(model, parameter.key, parameter.statements)
    if not reason:
        because = f" ({whose})."
    elif getattr(prior, "basis", None) == "assumption":
        because = sentence(f". Assumed because: {reason}")
    else:
        because = sentence(f" ({whose}). Why this count: {reason}")
    return Item(
        f"the answer is {percent(bar.p_low)} if it is {low}, and {percent(bar.p_high)} if it is {high}{because}",
        f"{capital(quantity(model, parameter.key))}:",
        parameter.key,
    )


def readings(explained: Explanation, outcome: str) -> Section:
    """One line for each choice that changes the answer, and one for all that leave it."""
    case = explained.case
    still = [one for one in explained.readings if abs(one.answers[outcome].p - case.point[outcome]) < LEAST]
    lines = [outcomes.other(case, outcome, one) for one in explained.readings if one not in still]
    lines += [outcomes.unchanged(case, still)] if still else []
    return _section("readings", "If read or weighed otherwise", lines)


def flips(explained: Explanation, outcome: str, most: int | None = None) -> Section:
    """The least change of each one thing that gives the outcome another word."""
    lines = [
        Item(outcomes.flip(explained.case, flip), key=flip.name if flip.kind == "number" else "")
        for flip in explained.flips[outcome][:most]
    ]
    return _section("flips", "What would change the word", lines or [Item("Nothing that was tried, alone.")])


def together(explained: Explanation, outcome: str, crossed: TwoWay) -> Section:
    """The outcome over two numbers, each at several levels of belief."""
    heads = ("", *(figure(crossed.second.kind, level) for level in crossed.second_values))
    rows = tuple(
        (figure(crossed.first.kind, level), *(percent(float(p)) for p in row))
        for level, row in zip(crossed.first_values, crossed.p[outcome], strict=True)
    )
    caption = (
        f"{two_way(explained.case, crossed)} Each at five levels of belief, from its 10th to its 90th "
        f"percentile; the answer now is {percent(explained.case.point[outcome], explained.case.words.edges)}."
    )
    numeric = tuple(range(1, len(heads)))
    return Section(
        "together", "Two numbers together", (Table(heads, rows, (1 / len(heads),) * len(heads), caption, numeric),)
    )


def watch(explained: Explanation, outcome: str, most: int | None = None, by_cost: bool = False) -> Section:
    """What would tell most about the outcome, with what each answer would make of it, and which two tell most together.

    Without what may be known no sooner than the outcome. by_cost: ranked by bits per analyst-day.
    """
    plan = explained.indicators[outcome]
    ahead = _ranked([one for one in plan.indicators if one.bits >= TELLING and not one.effect], by_cost)
    if not ahead[:most]:
        return Section("watch", WATCH, (Paragraph(NOTHING_AHEAD),))
    blocks: list[Block] = [Paragraph(GLOSS)] if most is None else []
    blocks += _indicators(explained, outcome, ahead[:most])
    if len(ahead) > 1 and (pair := best_pair(explained.case, plan)) is not None:
        blocks.append(Paragraph(pair))
    return Section("watch", WATCH, tuple(blocks))


def watch_by_group(explained: Explanation, outcome: str, by_cost: bool = False) -> Iterator[Section]:
    """The same in two groups: what comes before the outcome, then what is a part or an effect of it."""
    plan = explained.indicators[outcome]
    parts = constituents(explained.case.model.records.variables, outcome)
    telling = _ranked([one for one in plan.indicators if one.bits >= TELLING], by_cost)
    late = [one for one in telling if one.effect or one.variable in parts]
    ahead = [one for one in telling if one not in late]
    blocks = [Paragraph(GLOSS), *_indicators(explained, outcome, ahead)] if ahead else [Paragraph(NOTHING_AHEAD)]
    if len(ahead) > 1 and not parts and (pair := best_pair(explained.case, plan)) is not None:
        blocks.append(Paragraph(pair))
    yield Section("watch", CAUSES, tuple(blocks))
    yield Section("late", LATE, tuple(_indicators(explained, outcome, late)))


def _ranked(several: list[Indicator], by_cost: bool) -> list[Indicator]:
    return sorted(several, key=lambda one: -(one.bits_per_cost or 0.0)) if by_cost else several


def _indicators(explained: Explanation, outcome: str, several: Sequence[Indicator]) -> list[Block]:
    """Each with what its answers would make of the outcome."""
    charts = [_replies(explained, outcome, one) for one in several]
    # One scale for all, so that the answer now stands in one line down the page.
    end = scale_end(row for chart in charts for row in chart.rows)
    blocks: list[Block] = []
    for one, chart in zip(several, charts, strict=True):
        settles = Paragraph(outcomes.indicator(one, explained.indicators[outcome]))
        blocks += [Subheading(chart.label), settles, replace(chart, end=end)]
    return blocks


def _replies(explained: Explanation, outcome: str, indicator: Indicator) -> Bars:
    """What each answer on a variable would make of the outcome."""
    records, now = explained.case.model.records, explained.case.point[outcome]
    rows = tuple(
        ChartRow(
            f"if {reply_clause(records, indicator.variable, state)}",
            reply.p,
            step=(now, reply.p),
            tick=now,
            figure=f"{percent(reply.p, explained.case.words.edges)} {reply.word}",
            note=f"chance {percent(reply.chance)}",
        )
        for state, reply in indicator.replies.items()
        if reply.chance > 0
    )
    return Bars(rows, REPLY_KEY, records.variables[indicator.variable].title, name=indicator.variable)


def silent(explained: Explanation, outcome: str, most: int | None = None) -> Section:
    """What would tell next to nothing, in one line, and what can tell nothing at all, with the reason."""
    plan, variables = explained.indicators[outcome], explained.case.model.records.variables
    little = [f"“{variables[one.variable].title}”" for one in plan.indicators if one.bits < TELLING]
    lines = [f"Next to nothing (less than {TELLING} bits each): {', '.join(little)}."] if little else []
    lines += [outcomes.irrelevant(explained.case, name, reason) for name, reason in [*plan.irrelevant.items()][:most]]
    return _section("silent", "What can tell nothing about it", lines)


def courses(explained: Explanation) -> Section:
    """What is not as mild as can be in the most probable courses, and where the runners-up differ."""
    if not explained.courses:
        return Section("courses", "", ())
    variables, first = explained.case.model.records.variables, explained.courses[0].states
    of_role = {role: [name for name in variables if variables[name].role == role] for role in IN_ORDER}
    named = [name for names in of_role.values() for name in names]
    mild = [
        name for name in named if all(course.states[name] == variables[name].states[0] for course in explained.courses)
    ]
    rows = tuple(
        (
            variables[name].title,
            variables[name].label(first[name]),
            *(
                "–" if course.states[name] == first[name] else variables[name].label(course.states[name])
                for course in explained.courses[1:]
            ),
        )
        for name in named
        if name not in mild
    )
    heads = ("Variable", *(f"{rank} ({percent(one.p)})" for rank, one in zip(RANKS, explained.courses, strict=False)))
    caption = (
        "Of every variable the state that it has in the single most probable course, and in the next ones; a dash: as "
        "in the first. Any single course is improbable, since it fixes every variable."
    )
    labels = "; ".join(f"{variables[name].title}: {variables[name].label(first[name])}" for name in mild)
    rest = [Paragraph(f"In all of them, at their mildest: {labels}.")] if mild else []
    table = Table(heads, rows, (0.28, *(0.72 / (len(heads) - 1),) * (len(heads) - 1)), caption)
    return Section("courses", "The most probable course of events", (*([table] if rows else []), *rest))


def conflict(explained: Explanation) -> Section:
    """Whether the findings disagree."""
    lines = scenarios.conflict(explained.case, explained.conflict)
    return _section("conflict", "Do the findings contradict each other?", lines)


def disputes(explained: Explanation) -> Section:
    """Numbers on which voices contradict each other."""
    lines = [scenarios.disputed(explained.case, sides) for sides in explained.disputes]
    return _section("disputes", "Numbers in dispute", lines)


def tensions(explained: Explanation, most: int | None = None) -> Section:
    """Judgements that set no number, where the model says something else."""
    strained = [
        scenarios.tension(explained.case.model.records, tension) for tension in explained.tensions if tension.strained
    ]
    more = len(strained) - len(strained[:most])
    rest = [f"In weaker tension with the model: {more} more."] if more else []
    return _section("tensions", "Statements that the model does not bear out", [*strained[:most], *rest])


def doubled(explained: Explanation) -> Section:
    """Statements that count once between them, or are used twice."""
    lines = [scenarios.double(explained.case, group) for group in explained.doubled]
    return _section("doubled", "Counted once, or used twice", lines)


def arcs(explained: Explanation) -> Section:
    """The arcs that carry most. An index only sums up its causes; its arcs are all strong and say nothing."""
    variables = explained.case.model.records.variables
    lines = [scenarios.arc(explained.case, one) for one in explained.strengths if variables[one.child].role != "index"]
    return _section("arcs", "Strongest arcs (total variation)", lines[:MOST_ARCS])


def reconciled(explained: Explanation, found: Reconciled, most: int | None = None) -> Iterator[Section]:
    """What weighing by the judgements that set no number changes, and the numbers that move with it."""
    yield _section("reconciled", "Reconciled with these judgements", scenarios.reconciled(explained.case, found))
    lines = [Item(scenarios.moved(explained.case, one), key=one.key) for one in found.moved[:most]]
    more = len(found.moved) - len(lines)
    rest = [Item(f"{more} others move less.")] if more else []
    yield _section("moved", "The numbers that move most", [*lines, *rest])
