"""Sentences about a choice: amounts, options, and how far the numbers decide between them."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.choices.comparison import Compared, OptionLoss
from tocsin.errors import listed
from tocsin.language.events import holds
from tocsin.language.numbers import capital, percent
from tocsin.records import Choice, ModelRecords
from tocsin.records.choice import Option, Stake

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


def brought_about(records: ModelRecords, option: Option) -> str:
    """What an option forces, as clauses; `nothing is forced`."""
    clauses = [holds(records, name, (state,)) for name, state in option.forced.items()]
    return listed(clauses) if clauses else "nothing is forced"


def decision(choice: Choice, found: Compared) -> str:
    """Which option is best in how many draws; or that the numbers do not decide."""
    least = [quoted(choice, name) for name in found.least]
    if not found.decided:
        top = max(found.options, key=lambda option: option.best)
        return (
            f"The numbers do not decide: no option is best in half of the draws. {listed(least)} "
            f"{'have' if len(least) > 1 else 'has'} the least expected loss; {quoted(choice, top.option)} is best most "
            f"often, in {percent(top.best)} of the draws."
        )
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
