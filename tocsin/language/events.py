"""What happens and what a scenario sets, in words: events, evidence, interventions, changes of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from tocsin.analysis.case import Case, CaseFinding
from tocsin.analysis.contributions import STATEMENTS
from tocsin.analysis.tension import FACTS
from tocsin.errors import counted, listed
from tocsin.language.numbers import capital, percents, plain
from tocsin.language.statements import grade_in_words, voice
from tocsin.records import Finding, ModelRecords, Scenario, StatementChanges
from tocsin.records.scenario import finding as finding_in
from tocsin.records.scenario import take_apart

EventStyle = Literal["label", "clause", "noun"]
Style = Literal["state", "label", "clause", "noun", "sentence"]
"""state: `cancelled, observed`, where the title stands beside it; label: `Evening ferry: cancelled, observed`;
clause, after “if”: `the ferry stays in port`; noun: `seeing that the ferry stays in port`; sentence: `The
ferry stays in port: observed, taken as certain`, without its full stop."""
MOST_CLAUSES = 3
"""Of what is supposed in one sentence; what else there is, is only counted."""


def event(
    records: ModelRecords, variable: str, states: Sequence[str] | None = None, style: EventStyle = "label"
) -> str:
    """An event in words; the outcome of the variable where no states are given.

    label: the title that its author gave the outcome, else `Evening ferry: cancelled`; clause: `the
    dam breaks`; noun: `a breach of the dam`. Where the model has no clause or noun, the label in quotation marks.
    """
    is_outcome = variable in records.events and (states is None or tuple(states) == records.events[variable])
    states = records.events[variable] if states is None else states
    words, about = records.event_words.get(variable), records.variables[variable]
    says = (words.says if words and is_outcome else None) or about.clause(states)
    noun = words.noun if words and is_outcome else None
    match style:
        case "clause" if says:
            return says
        case "noun" if noun:
            return noun
        case "label" if is_outcome and variable in records.event_titles:
            return records.event_titles[variable]
        case "label" if (about.states, tuple(states)) == (("no", "yes"), ("yes",)):
            return about.title
        case "label":
            return about.named(states)
        case _:
            return f"“{event(records, variable, states)}”"


def noun(case: Case, outcome: str) -> str:
    """`a breach of the dam`."""
    return event(case.model.records, outcome, style="noun")


def that(records: ModelRecords, variable: str, states: Sequence[str] | None = None) -> str:
    """`that the dam breaks`; without a clause `“Late: yes”`."""
    clause = event(records, variable, states, "clause")
    return clause if clause.startswith("“") else f"that {clause}"


def chance_of(
    records: ModelRecords, variable: str, states: Sequence[str] | None = None, number: str = "the chance"
) -> str:
    """`the chance that the dam breaks`; without a clause `the chance of “Late: yes”`."""
    clause = event(records, variable, states, "clause")
    return f"{number} {'of' if clause.startswith('“') else 'that'} {clause}"


def holds(records: ModelRecords, variable: str, states: Sequence[str]) -> str:
    """`the dam breaks`, after “when”; without a clause `“Road” is “slow, or worse”`."""
    clause, about = event(records, variable, states, "clause"), records.variables[variable]
    return clause if not clause.startswith("“") else f"“{about.title}” is “{about.either(states)}”"


def reply_clause(records: ModelRecords, variable: str, state: str) -> str:
    """`the lake is lowered`; without a clause the state's label, under its variable's title."""
    about = records.variables[variable]
    return about.clause((state,)) or f"it is “{about.label(state)}”"


def with_article(word: str) -> str:
    """A word as it stands after “is” or “now”.

    >>> [with_article(word) for word in ("likely", "roughly even chance", "almost no chance", "even chance")]
    ['likely', 'a roughly even chance', 'almost no chance', 'an even chance']
    """
    counts = word.endswith((" chance", " possibility")) and not word.startswith(("almost no", "little", "no "))
    article = ("an " if word[0] in "aeiou" else "a ") if counts else ""
    return f"{article}{word}"


def judged(word: str, verbs: tuple[str, str, str] = ("is", "has", "will")) -> str:
    """A word as what is said of an event. verbs: `WOULD` for what is only imagined.

    >>> [judged(word) for word in ("likely", "roughly even chance", "almost no chance", "probably not")]
    ['is likely', 'has a roughly even chance', 'has almost no chance', 'will probably not happen']
    >>> judged("about as likely as not"), judged("roughly even chance", WOULD)
    ('is about as likely as not', 'would have a roughly even chance')
    """
    be, have, future = verbs
    if word.endswith("ly not"):
        return f"{future} {word} happen"
    return f"{have if word.endswith(' chance') or word.startswith('chances ') else be} {with_article(word)}"


WOULD = ("would be", "would have", "would")


def evidence(records: ModelRecords, variable: str, found: Finding, style: Style = "label") -> str:
    """One finding on a variable."""
    if found.believed is not None:
        return _belief(records, variable, found.believed, style)
    about, states = records.variables[variable], _states(records, variable, found)
    if states is None:
        weights = {state: plain((found.likelihood or {}).get(state, 1.0)) for state in about.states}
        parts = [f"{weight} if {reply_clause(records, variable, state)}" for state, weight in weights.items()]
        sign = f"with a likelihood of {listed(parts)}"
        return {
            "state": f"a sign {sign}",
            "label": f"{about.title}: a sign {sign}",
            "clause": f"there is a sign of “{about.title}” {sign}",
            "noun": f"the sign of “{about.title}” {sign}",
        }.get(style, f"There is a sign of “{about.title}” {sign}")
    clause = event(records, variable, states, "clause")
    statement = that(records, variable, states)
    known = f"by a report graded {found.grade}" if found.grade is not None else "observed"
    match style:
        case "state" | "label":
            title = f"{about.title}: " if style == "label" else ""
            return f"{title}{about.either(states)}, {known}"
        case "noun":
            return f"the {found.grade} report {statement}" if found.grade is not None else f"seeing {statement}"
        case "clause" if found.grade is not None:
            return f"a report graded {found.grade} says {statement}"
        case _ if found.grade is not None:
            return f"A report graded {found.grade} ({grade_in_words(found.grade)}) says {statement}"
        case "clause":
            return f"{clause} is seen" if clause.startswith("“") else clause
        case _:
            return f"{capital(clause)}: observed, taken as certain"


def cell(records: ModelRecords, variable: str, text: str) -> str:
    """A finding as a table's cell has it, under the variable's title: `collapses`; `collapses, by a report graded B2`.

    Raises ValueError for one that means nothing.
    """
    parts, about = take_apart(text.strip()), records.variables[variable]
    if not set(parts.states) <= set(about.states):
        raise ValueError(text)
    if parts.kind == "observed":
        return about.label(parts.states[0])
    return evidence(records, variable, finding_in(text.strip()), "state")


def _states(records: ModelRecords, variable: str, found: Finding) -> tuple[str, ...] | None:
    """The states that a finding speaks for; None where a likelihood has more weights than none and all."""
    states = records.variables[variable].states
    if found.observed is not None:
        return (found.observed,)
    if found.grade is not None:
        return tuple(state for state in states if state in found.reported)
    weights = {state: (found.likelihood or {}).get(state, 1.0) for state in states}
    most = max(weights.values())
    return tuple(state for state in states if weights[state]) if {*weights.values()} <= {0.0, most} else None


def _belief(records: ModelRecords, variable: str, believed: dict[str, float], style: Style) -> str:
    about, shares = records.variables[variable], zip(believed, percents([*believed.values()]), strict=True)
    chances = {state: share for state, share in shares if believed[state]}
    parts = listed([f"{about.label(state)} {share}" for state, share in chances.items()])
    clauses = [f"{share} {that(records, variable, (state,))}" for state, share in chances.items()]
    clause = f"the chance{'s are' if len(clauses) > 1 else ' is'} {listed(clauses)}"
    return {
        "state": f"{parts}, believed",
        "label": f"{about.title}: {parts}, believed",
        "clause": clause,
        "noun": f"the belief about “{about.title}” ({parts})",
    }.get(style, f"{capital(clause)}: believed, whatever else is known")


def intervention(records: ModelRecords, variable: str, state: str, style: Style = "label") -> str:
    """A state that is forced, whatever its causes say."""
    about, clause = records.variables[variable], event(records, variable, (state,), "clause")
    match style:
        case "state" | "label":
            title = f"{about.title}: " if style == "label" else ""
            return f"{title}{about.label(state)}, forced"
        case "clause":
            return holds(records, variable, (state,))
        case "noun":
            return f"making it so that {holds(records, variable, (state,))}"
        case _:
            return f"{capital(clause)}: forced, whatever the reason"


def changes(records: ModelRecords, changed: StatementChanges, style: Style = "label") -> list[str]:
    """What a scenario does to statements, one part each; noun: as it stands after “with”."""
    parts = [("left out", name, "") for name in changed.exclude]
    parts += [(f"weight × {plain(factor)}", name, "has its ") for name, factor in changed.reweigh.items()]
    parts += [(f"read as “{words}”", name, "") for name, words in changed.reword.items()]
    parts += [(f"graded {grade}", name, "") for name, grade in changed.regrade.items()]
    lines = []
    for what, name, verb in parts:
        whose = voice(records, name)
        if style in ("label", "state"):
            lines.append(f"{what}: {whose}")
        else:
            lines.append(f"{whose} {what}" if style == "noun" else f"{whose} {verb or 'is '}{what}")
    if changed.half_life_days is not None:
        verb = "halving" if style == "noun" else "halves"
        lines.append(f"a fact's weight {verb} with every {changed.half_life_days:g} days of age")
    return [capital(text) for text in lines] if style == "sentence" else lines


def supposed(records: ModelRecords, scenario: Scenario, style: Style = "label") -> Iterator[tuple[str, str]]:
    """All that a scenario sets, by the variable's name (with a number from its second finding on), or `statements`."""
    for name, several in scenario.evidence.items():
        for number, found in enumerate(several, start=1):
            yield name if number == 1 else f"{name} {number}", evidence(records, name, found, style)
    for name, state in scenario.forced.items():
        yield name, intervention(records, name, state, style)
    for number, text in enumerate(changes(records, scenario.statements, style), start=1):
        yield f"statements {number}", text
    if scenario.reconcile:
        text = "the answer is reconciled with the judgements that set no number of the model"
        yield "reconcile", capital(text) if style == "sentence" else text


def condition(records: ModelRecords, scenario: Scenario) -> str:
    """All that a scenario sets, as a sentence begins: `if the wind blows hard and, whatever the reason, …`."""
    seen = [
        evidence(records, name, found, "clause") for name, several in scenario.evidence.items() for found in several
    ]
    forced = [intervention(records, name, state, "clause") for name, state in scenario.forced.items()]
    hidden = len(seen) + len(forced) - MOST_CLAUSES
    seen, forced = seen[:MOST_CLAUSES], forced[: max(0, MOST_CLAUSES - len(seen))]
    # Clauses that hold an "and" of their own are kept apart.
    several = ", and if ".join(seen) if any(" and " in clause for clause in seen) else listed(seen)
    parts = [f"if {several}"] if seen else []
    if forced:
        parts = [f"{parts[0]} and" if seen else "if", f"whatever the reason, {listed(forced)}"]
    if hidden > 0:
        parts[-1] += f" (and {counted(hidden, 'more supposition')}, listed below)"
    changed = changes(records, scenario.statements, "noun")
    if changed:
        parts.append(
            f"with {listed(changed) if len(changed) <= MOST_CLAUSES else f'{len(changed)} changed statements'}"
        )
    if scenario.reconcile:
        parts.append("after reconciling with the judgements")
    return ", ".join(parts)


def finding(case: Case, name: str) -> str:
    """A finding as the subject of a sentence: `seeing that the ferry stays in port`."""
    if name == STATEMENTS:
        return "the scenario's change of statements"
    return of_case(case.model.records, _found(case, name), "noun")


def of_case(records: ModelRecords, found: CaseFinding, style: Style) -> str:
    """A finding of a case, in the words of its record."""
    if found.record is not None:
        return evidence(records, found.variable, found.record, style)
    state = records.variables[found.variable].states[int(found.row.argmax())]
    return intervention(records, found.variable, state, style)


def step(case: Case, name: str) -> str:
    """A finding in two or three words, for a table: its variable's title, numbered from the second on."""
    if name == STATEMENTS:
        return "change of statements"
    variable = variable_of(case, name)
    title, number = case.model.records.variables[variable].title, name.removeprefix(variable).strip()
    return f"{title} ({number})" if number else title


def finding_or_facts(case: Case, name: str) -> str:
    """A finding, or a variable's facts."""
    if not name.startswith(FACTS):
        return finding(case, name)
    return f"the facts on {titles(case, [name.removeprefix(FACTS)])}"


def variable_of(case: Case, name: str) -> str:
    """The variable of a finding."""
    return _found(case, name).variable


def _found(case: Case, name: str) -> CaseFinding:
    return next(found for found in case.findings if found.name == name)


def titles(case: Case, names: Sequence[str]) -> str:
    """Variables by their titles."""
    return listed([f"“{case.model.records.variables[name].title}”" for name in names])
