"""Sentences about a choice: amounts, options, and how far the numbers decide between them."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.choices.comparison import Compared, OptionLoss
from tocsin.choices.information import Knowledge, Known, Worth
from tocsin.choices.plans import NO_REPORT, PlannedStep
from tocsin.choices.turning import Turn
from tocsin.errors import listed
from tocsin.language.events import holds
from tocsin.language.numbers import capital, figure, percent
from tocsin.language.parameters import kind_of, quantity
from tocsin.model import Model
from tocsin.records import Choice, ModelRecords
from tocsin.records.choice import Stake

SMALLEST = 1e-4
"""Amounts nearer to nothing are told as nothing."""


def amount(value: float) -> str:
    """An amount of loss to three digits, a gain with its minus.

    >>> amount(13.2410), amount(17.0), amount(-2000.0), amount(0.2), amount(0.0)
    ('13.2', '17.0', '−2,000', '0.200', '0')
    """
    if value == 0 or abs(value) < SMALLEST:
        return "0"
    text = f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:#.3g}".removesuffix(".")
    return text.replace("-", "−")


def amounts(low: float, high: float) -> str:
    """`[6.10–22.0]`, the interval of an amount; with a word between where an end is below zero.

    >>> amounts(6.1041, 21.95), amounts(-3, 4)
    ('[6.10–21.9]', '[−3.00 to 4.00]')
    """
    return f"[{amount(low)}{'–' if low >= 0 else ' to '}{amount(high)}]"


def quoted(choice: Choice, option: str) -> str:
    """An option's title in quotation marks."""
    return f"“{choice.label(option)}”"


def stake(records: ModelRecords, found: Stake) -> str:
    """`if the dam breaks`, with `and` between conditions."""
    return f"if {listed([holds(records, name, states) for name, states in found.when.items()])}"


def decision(choice: Choice, found: Compared) -> str:
    """Which option is best in how many draws; or that the numbers do not decide."""
    least = [quoted(choice, name) for name in found.least]
    if not found.decided:
        top = max(found.options, key=lambda option: option.best)
        often = f"best most often, in {percent(top.best)} of the draws."
        loss = f"{listed(least)} {'have' if len(least) > 1 else 'has'} the least expected loss"
        tells = f" and is {often}" if found.least == (top.option,) else f"; {quoted(choice, top.option)} is {often}"
        return f"The numbers do not decide: no option is best in half of the draws. {loss}{tells}"
    parts = [f"{quoted(choice, name)} is best in {percent(found.option(name).best)}" for name in found.decided]
    sentence = f"{listed(parts)} of the draws."
    if set(found.decided) != set(found.least):
        sentence += f" The least expected loss {'have' if len(least) > 1 else 'has'} {listed(least)}."
    return capital(sentence)


def gamma_maximin(choice: Choice, found: Compared) -> str:
    """Which option stands best at the upper end of its interval."""
    names = listed([quoted(choice, name) for name in found.gamma_maximin])
    return f"Against the worst that the interval allows (Γ-maximin) {names} loses least."


def dominated(choice: Choice, option: OptionLoss) -> str:
    """Which options are never worse and sometimes better."""
    better = listed([quoted(choice, name) for name in option.dominated_by], "or")
    return f"{quoted(choice, option.option)} is in no draw better, and in some worse, than {better}."


def move(records: ModelRecords, states: Mapping[str, str]) -> str:
    """A move of the other side, as clauses."""
    return listed([holds(records, name, (state,)) for name, state in states.items()])


def reply(records: ModelRecords, choice: Choice, option: OptionLoss) -> str:
    """What the other side does best once an option is taken, ties told."""
    assert option.reply is not None
    assert choice.other_side is not None
    first, *ties = (move(records, states) for states in option.reply.moves)
    after = f"After {quoted(choice, option.option)}" if choice.other_side.sees else "Without seeing what is done"
    text = (
        f"{after}, best for {choice.other_side.whose} is that {first} (expected loss {amount(option.reply.loss)}; best "
        f"in {percent(option.reply.share)} of the draws)."
    )
    if ties:
        text += (
            f" As good for them: that {'; or that '.join(ties)}. Reckoned with is the one that is worst for "
            f"{choice.whose}."
        )
    return text


def worth(found: Worth) -> str:
    """`3.10 [0.800–6.00]`."""
    return f"{amount(found.worth)} {amounts(found.low, found.high)}"


def most_worth(records: ModelRecords, known: Known, found: Knowledge) -> str:
    """`“Rain” saves 0.163 if it is seen, 0.0396 by a B2 report, on average.`"""
    title = records.variables[found.variable].title
    return (
        f"“{title}” saves {amount(found.perfect.worth)} if it is seen, and {amount(found.report.worth)} by a "
        f"{known.grade} report, on average."
    )


def unlearned(records: ModelRecords, found: Known) -> list[str]:
    """Why some variables are not asked for: what an option decides, what comes after it, what is known."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in found.excluded.items():
        if records.variables[name].role != "index":
            by_reason.setdefault(reason, []).append(f"“{records.variables[name].title}”")
    sentences = []
    for reason, titles in by_reason.items():
        if not reason:
            sentences.append(f"{listed(titles)}: known already.")
            continue
        own = f"“{records.variables[reason].title}”"
        after = [title for title in titles if title != own]
        what = f"{own} is decided by an option or a move"
        comes = f", and {listed(after)} come{'s' if len(after) == 1 else ''} after it" if after else ""
        sentences.append(f"{what}{comes}: what is to be learned of it hangs on what is chosen.")
    return sentences


def best_if(records: ModelRecords, choice: Choice, variable: str, best: Mapping[str, tuple[str, ...]]) -> str:
    """`“Wait” if the ferry sails; “cancel” if it stays in port`, states with the same best options together."""
    states: dict[tuple[str, ...], list[str]] = {}
    for state, options in best.items():
        states.setdefault(options, []).append(state)
    if len(states) == 1:
        return f"{listed([quoted(choice, option) for option in next(iter(states))], 'or')}, whatever it is"
    parts = [
        f"{listed([quoted(choice, option) for option in options], 'or')} if {holds(records, variable, together)}"
        for options, together in states.items()
    ]
    return "; ".join(parts)


def turn(model: Model, choice: Choice, found: Turn) -> str:
    """`“Restrain” becomes best if its cost is 1.4 instead of 6 (…)`."""
    if found.kind == "number":
        kind = kind_of(model, found.key)
        what, was, now = quantity(model, found.key), figure(kind, found.before), figure(kind, found.after)
    else:
        what, was, now = at_stake(model.records, choice, found.key), amount(found.before), amount(found.after)
    return f"{quoted(choice, found.option)} becomes best once {what} is {now} instead of {was}{_likely(found)}."


def _likely(found: Turn) -> str:
    """How much of what is believed lies beyond the turn."""
    if found.level is None:
        return ""
    beyond = 1 - found.level if found.after > found.before else found.level
    return f"; {percent(beyond)} of what is believed lies beyond"


def at_stake(records: ModelRecords, choice: Choice, key: str) -> str:
    """An amount of the choice's file by its place: `the cost of “wait”`, `the loss if the dam breaks`."""
    group, *place = key.split(".")
    if group in ("options", "first"):
        return f"the cost of {quoted(choice, place[0])}"
    stakes, own = (
        (choice.other_side.stakes, f"{choice.other_side.whose}'s ")
        if choice.other_side is not None and group == "other_side"
        else (choice.stakes, "the ")
    )
    found = stakes[int(place[-2])]
    return f"{own}{place[-1]} {stake(records, found)}"


def policy(records: ModelRecords, choice: Choice, step: PlannedStep) -> str:
    """What is best after a first step, report by report."""
    learns = choice.first[step.first].learns
    first = f"After {quoted(choice, step.first)}"
    if learns is None:
        return f"{first}: {quoted(choice, step.then[NO_REPORT])}."
    says = "is seen" if learns.grade is None else f"is reported ({learns.grade})"
    about = records.variables[learns.about]
    parts = [
        f"{quoted(choice, option)} if “{about.title}: {about.label(report)}” {says} ({percent(step.chances[report])})"
        if report != NO_REPORT
        else f"{quoted(choice, option)} if no report comes ({percent(step.chances[report])})"
        for report, option in step.then.items()
    ]
    return f"{first}: {'; '.join(parts)}. Best of {step.policies:,} policies."
