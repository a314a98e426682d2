"""What a statement counts for, in words: pages, terminal and paper say it alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tocsin.analysis.case import Case, CaseFinding
from tocsin.analysis.conflict import FACTS
from tocsin.analysis.contributions import STATEMENTS
from tocsin.analysis.parameters import UncertainNumber
from tocsin.analysis.tension import describe_event
from tocsin.elicitation import StatementWeights, WeightedStatement
from tocsin.elicitation.facts import Fact
from tocsin.errors import listed
from tocsin.language.numbers import percent
from tocsin.language.parameters import figure
from tocsin.model import Model
from tocsin.records import ModelRecords, Variable

LEAST_RATIO = 1.005
"""A likelihood ratio nearer to 1 is printed as 1."""

_RELIABILITY = {"E": "unreliable", "F": "cannot be judged"}
_CREDIBILITY = {4: "doubtful", 5: "improbable", 6: "cannot be judged"}


def weightless(statement: WeightedStatement, weights: StatementWeights) -> str | None:
    """Why a statement weighs nothing, by its grade or under the scenario; None if it weighs something."""
    scales, record = weights.model.scales, statement.record
    if record.kind == "context":
        return None
    if statement.excluded:
        return "left out"
    if record.judges and weights.weight(statement) > 0:
        return None
    if record.judges and (calibrated := weights.model.file.pooling.cooke_weights):
        # The speakers' weights take the place of the grades.
        if not calibrated.get(record.speaker):
            return "the speaker's weight is 0"
    elif not scales.reliability_weight[statement.reliability]:
        return f"graded {statement.reliability}, {_RELIABILITY.get(statement.reliability, 'without weight')}"
    elif (
        not scales.credibility_weight[statement.credibility]
        if record.judges
        else scales.credibility_ratio[statement.credibility] == 1
    ):
        return f"of credibility {statement.credibility}, {_CREDIBILITY.get(statement.credibility, 'without weight')}"
    if not statement.factor:
        return "weighed with 0"
    return None if statement.qualified else "what qualifies it leaves it nothing"


def fact_says(fact: Fact, statement: WeightedStatement, weights: StatementWeights) -> str:
    """What a fact counts for: for or against what it reports and how strongly, or why nothing.

    `speaks for “closed”, × 2.8`; `speaks against “closed”, × 0.58`; `weighs nothing: graded E, unreliable`.
    """
    reason = weightless(statement, weights)
    if reason is not None:
        return f"weighs nothing: {reason}"
    reported, variable = statement.record.reports[fact.variable], weights.model.variables[fact.variable]
    ratio = _ratio(fact.likelihood, reported, variable)
    what = f"“{variable.either(reported)}”"
    if 1 / LEAST_RATIO < ratio < LEAST_RATIO:
        return f"says next to nothing of {what}"
    told = f"speaks {'for' if ratio > 1 else 'against'} {what}, × {ratio:.2g}"
    return told if fact.counts else f"{told}; said already, not counted again"


def _ratio(likelihood: Sequence[float], reported: Sequence[str], variable: Variable) -> float:
    """Of the states that were reported against the rest."""
    inside = next(value for state, value in zip(variable.states, likelihood, strict=True) if state in reported)
    outside = next(value for state, value in zip(variable.states, likelihood, strict=True) if state not in reported)
    return inside / outside


LEAST = 0.0005
"""Changes smaller than half a tenth of a point are not told."""


def event(case: Case, outcome: str) -> str:
    """`“Israeli strike on Iraqi soil: 1 or 2 strikes or 3 or more strikes”`."""
    return f"“{describe_event(case.model, {outcome: case.model.records.events[outcome]})}”"


def word(case: Case, p: float, word: str) -> str:
    """Whether the word of a lexicon stays or changes."""
    return f"still *{word}*" if case.words.word(p) == word else f"now *{word}* and no longer *{case.words.word(p)}*"


def from_to(p: float, q: float) -> str:
    """`from 12 % to 7.4 %`, with as many decimals as it takes to tell the two apart."""
    if percent(p) != percent(q):
        return f"from {percent(p)} to {percent(q)}"
    decimals = next((k for k in (1, 2, 3) if f"{p * 100:.{k}f}" != f"{q * 100:.{k}f}"), 3)
    return f"from {p * 100:.{decimals}f} % to {q * 100:.{decimals}f} %"


def signed(number_: float) -> str:
    """`+0.16`, with a true minus sign."""
    return f"{'+' if number_ > 0 else '−'}{abs(number_):.2f}"


def value(parameter: UncertainNumber, number_: float) -> str:
    """A number as it is meant: a chance in percent, an odds ratio as a factor."""
    return figure(parameter.kind, number_)


def source(model: Model, key: str, statements: Sequence[str]) -> str:
    """The statements behind a number, or that it is a base rate, or assumed."""
    if statements:
        return ", ".join(statements)
    prior = model.priors.by_key.get(key)
    return "a base rate" if getattr(prior, "basis", None) == "base rate" else "assumed"


def titles(case: Case, names: Sequence[str]) -> str:
    """Variables by their titles."""
    return " and ".join(f"“{case.model.records.variables[name].title}”" for name in names)


def named(case: Case, name: str) -> str:
    """A statement with its speaker, or all that a speaker, an origin or a source brings in."""
    return voice(case.model.records, name)


def voice(records: ModelRecords, name: str) -> str:
    """As `named`, where there is no case."""
    if name in records.by_id:
        return f"{name} ({records.speakers[records.by_id[name].speaker].name})"
    if name in records.speakers:
        return f"everything that {records.speakers[name].name} says"
    if name in records.sources:
        return f"everything from “{records.sources[name].title}”"
    return f"everything from {origin(records, name)}"


def origin(records: ModelRecords, name: str) -> str:
    """An origin by the beginning of what the model says of it."""
    told = records.origins.get(name, name)
    return f"“{re.split('[;,.]', told, maxsplit=1)[0].strip()}”"


def variable_of(case: Case, finding: str) -> str:
    """The variable of a finding."""
    return next(each.variable for each in case.findings if each.name == finding)


def finding(case: Case, name: str) -> str:
    """A finding by what it says."""
    if name == STATEMENTS:
        return "The scenario's change of statements"
    one = next(each for each in case.findings if each.name == name)
    variable = case.model.records.variables[one.variable]
    verb = {"observed": "seen", "reported": "reported", "believed": "believed", "forced": "forced"}
    states = listed(list(_states(case, one)), "and" if one.kind == "believed" else "or")
    return f"“{variable.title}: {states}” {verb.get(one.kind, 'indicated')}"


def _states(case: Case, one: CaseFinding) -> Iterator[str]:
    """The states that a finding speaks for; a belief's with their chances."""
    variable = case.model.records.variables[one.variable]
    for state, weight in zip(variable.states, one.row, strict=True):
        if one.kind == "believed":
            yield f"{variable.label(state)} {percent(float(weight))}"
        elif weight == one.row.max():
            yield variable.label(state)


def about(case: Case, name: str) -> str:
    """A finding, or a variable's facts."""
    if not name.startswith(FACTS):
        return finding(case, name)
    return f"the facts on {titles(case, [name.removeprefix(FACTS)])}"


def step(case: Case, name: str) -> str:
    """A finding in two or three words, for a table: its variable's title, numbered from the second on."""
    if name == STATEMENTS:
        return "change of statements"
    one = next(each for each in case.findings if each.name == name)
    number_ = name.removeprefix(one.variable).strip()
    title = case.model.records.variables[one.variable].title
    return f"{title} ({number_})" if number_ else title


RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by others",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
USUAL = "B2"
"""What a new report starts with."""


def grade_in_words(grade: str) -> str:
    """`usually reliable source, probably true`."""
    source = RELIABILITY[grade[0]]
    who = "source whose reliability cannot be judged" if grade[0] == "F" else f"{source} source"
    return f"{who}, {CREDIBILITY[grade[1:]]}"
