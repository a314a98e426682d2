"""How variables, findings, statements and numbers are named in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tocsin.analysis.case import Case, Finding
from tocsin.analysis.conflict import FACTS
from tocsin.analysis.contributions import STATEMENTS
from tocsin.analysis.parameters import Parameter
from tocsin.analysis.tension import told_event
from tocsin.errors import listed
from tocsin.model import Model
from tocsin.records import Model as Records
from tocsin.sentences.quantities import figure
from tocsin.wording import percent

LEAST = 0.0005
"""Changes smaller than half a tenth of a point are not told."""


def event(case: Case, outcome: str) -> str:
    """`“Israeli strike on Iraqi soil: 1 or 2 strikes or 3 or more strikes”`."""
    return f"“{told_event(case.model, {outcome: case.model.records.events[outcome]})}”"


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


def value(parameter: Parameter, number_: float) -> str:
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


def voice(records: Records, name: str) -> str:
    """As `named`, where there is no case."""
    if name in records.by_id:
        return f"{name} ({records.speakers[records.by_id[name].speaker].name})"
    if name in records.speakers:
        return f"everything that {records.speakers[name].name} says"
    if name in records.sources:
        return f"everything from “{records.sources[name].title}”"
    return f"everything from {origin(records, name)}"


def origin(records: Records, name: str) -> str:
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


def _states(case: Case, one: Finding) -> Iterator[str]:
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
