"""What a statement counts for, and how findings, numbers and changes are named within sentences, in words."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.analysis.case import Case, CaseFinding
from tocsin.analysis.contributions import STATEMENTS
from tocsin.analysis.parameters import UncertainNumber
from tocsin.analysis.tension import FACTS
from tocsin.elicitation import StatementWeights, WeightedStatement
from tocsin.elicitation.facts import Fact
from tocsin.language.events import event, with_article
from tocsin.language.findings import Style, forced, voice
from tocsin.language.findings import finding as described
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


LEAST = 0.001
"""Changes smaller than a tenth of a point are not told."""


def noun(case: Case, outcome: str) -> str:
    """`an Israeli strike on Iraqi soil`."""
    return event(case.model.records, outcome, style="noun")


def word(case: Case, p: float, word: str) -> str:
    """Whether the word of a lexicon stays or changes."""
    before = case.words.word(p)
    return f"still {word}" if before == word else f"now {with_article(word)} and no longer {with_article(before)}"


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


def variable_of(case: Case, finding: str) -> str:
    """The variable of a finding."""
    return next(each.variable for each in case.findings if each.name == finding)


def finding(case: Case, name: str) -> str:
    """A finding as the subject of a sentence: `seeing that Israel calls the attacks a reason for force`."""
    if name == STATEMENTS:
        return "the scenario's change of statements"
    found = next(each for each in case.findings if each.name == name)
    return of_case(case.model.records, found, "noun")


def of_case(records: ModelRecords, found: CaseFinding, style: Style) -> str:
    """A finding of a case, in the words of its record."""
    if found.record is None:
        return forced(records, found.variable, records.variables[found.variable].states[int(found.row.argmax())], style)
    return described(records, found.variable, found.record, style)


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
