"""What an event is called: a label in tables, a clause or a noun within a sentence; and how a word judges it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tocsin.records import ModelRecords

Style = Literal["label", "clause", "noun"]


def event(records: ModelRecords, variable: str, states: Sequence[str] | None = None, style: Style = "label") -> str:
    """An event in words; the outcome of the variable where no states are given.

    label: the title that its author gave the outcome, else `Truce in Lebanon: collapses`; clause: `Israel strikes Iraqi
    soil`; noun: `an Israeli strike on Iraqi soil`. Where the model has no clause or noun, the label in quotation marks.
    """
    asked = variable in records.events and (states is None or tuple(states) == records.events[variable])
    states = records.events[variable] if states is None else states
    words, about = records.event_words.get(variable), records.variables[variable]
    says = (words.says if words and asked else None) or about.clause(states)
    noun = words.noun if words and asked else None
    match style:
        case "clause" if says:
            return says
        case "noun" if noun:
            return noun
        case "label" if asked and variable in records.event_titles:
            return records.event_titles[variable]
        case "label" if (about.states, tuple(states)) == (("no", "yes"), ("yes",)):
            return about.title
        case "label":
            return about.named(states)
        case _:
            return f"“{event(records, variable, states)}”"


def that(records: ModelRecords, variable: str, states: Sequence[str] | None = None) -> str:
    """`that Israel strikes Iraqi soil`; without a clause `“Late: yes”`."""
    clause = event(records, variable, states, "clause")
    return clause if clause.startswith("“") else f"that {clause}"


def chance_of(records: ModelRecords, variable: str, states: Sequence[str] | None = None) -> str:
    """`the chance that Israel strikes Iraqi soil`; without a clause `the chance of “Late: yes”`."""
    said = that(records, variable, states)
    return f"the chance {said}" if said.startswith("that ") else f"the chance of {said}"


def with_article(word: str) -> str:
    """A word as it stands after “is” or “becomes”.

    >>> [with_article(word) for word in ("likely", "roughly even chance", "almost no chance", "even chance")]
    ['likely', 'a roughly even chance', 'almost no chance', 'an even chance']
    """
    counted = word.endswith((" chance", " possibility")) and not word.startswith(("almost no", "little", "no "))
    article = ("an " if word[0] in "aeiou" else "a ") if counted else ""
    return f"{article}{word}"


def judged(word: str) -> str:
    """A word as what is said of an event.

    >>> [judged(word) for word in ("likely", "roughly even chance", "almost no chance", "probably not")]
    ['is likely', 'has a roughly even chance', 'has almost no chance', 'will probably not happen']
    """
    if word.endswith(" not"):
        return f"will {word} happen"
    if word.endswith(" chance") or word.startswith("chances "):
        return f"has {with_article(word)}"
    return f"is {with_article(word)}"
