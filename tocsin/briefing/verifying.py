"""Does a briefing still follow from the model? Assess, explain and write it anew, and compare what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from tocsin.analysis.explain import explain
from tocsin.assessment import Estimate
from tocsin.briefing import reading
from tocsin.briefing.compose import Length, Order, compose
from tocsin.briefing.record import Record
from tocsin.briefing.rendering import render
from tocsin.errors import BadInput, Problem
from tocsin.files import scenario_of
from tocsin.model import Model
from tocsin.opening import open_model
from tocsin.records import Scenario
from tocsin.wording import interval, percent

AROUND = 5
"""Words of context on both sides of a difference."""


@dataclass(frozen=True)
class Verdict:
    """What no longer follows, and what was only added.

    figures: outcomes whose recorded figures the model no longer gives; text: passages that differ from what is written
    now; added: passages without a figure that the file has on top; notes: whether model or software are others.
    """

    figures: tuple[str, ...]
    text: tuple[str, ...]
    added: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that was generated still follows."""
        return not self.figures and not self.text


def verify(path: Path, folder: Path) -> Verdict:
    """Hold a briefing's file against the model in a folder. Raises NoRecord, BadInput, OSError."""
    found = reading.read(path)
    record, run = found.record, found.record.run
    model = open_model(folder, int(run["draws"]), int(run["seed"]))
    scenario = _scenario(record, model, path)
    order = Order(_length(record), record.marking, record.since)
    briefing = compose(explain(model, scenario), order)
    form = path.suffix.removeprefix(".").lower()
    fresh = reading.parse(render(briefing, form), form, "the briefing written now")
    theirs = [_with_present_names(line, record, fresh.record) for line in found.lines]
    text, added = _differences(theirs, fresh.lines)
    return Verdict(
        tuple(_figures(record, fresh.record)), tuple(text), tuple(added), tuple(_notes(record, fresh.record))
    )


def _scenario(record: Record, model: Model, path: Path) -> Scenario:
    if record.run["model"] != model.name:
        told = f"was written from the model {record.run['model']}, not from {model.name}; name its folder with --model"
        raise BadInput([Problem(str(path), 0, 0, "", told)])
    return scenario_of(record.scenario, model.records, str(path))


def _length(record: Record) -> Length:
    return "summary" if record.length == "summary" else "full"


def _figures(then: Record, now: Record) -> Iterator[str]:
    """Recorded figures that the model no longer gives, as printed."""
    for name in dict.fromkeys((*then.figures, *now.figures)):
        old, new = (_printed(each, name) for each in (then, now))
        if old != new:
            yield f"{name}: recorded {old}, the model gives {new}"


def _printed(record: Record, name: str) -> str:
    one = record.figures.get(name)
    if one is None:
        return "nothing"
    estimate = Estimate(float(one["p"]), float(one["low"]), float(one["high"]))
    return f"{one['words']}, {percent(estimate.p)} {interval(estimate)}, baseline {percent(float(one['baseline']))}"


def _notes(then: Record, now: Record) -> Iterator[str]:
    if then.run["model_digest"] != now.run["model_digest"]:
        yield f"the model has changed since ({then.run['model_digest'][:16]}, now {now.run['model_digest'][:16]})"
    if then.run["version"] != now.run["version"]:
        yield f"it was written by Tocsin {then.run['version']}, and checked by {now.run['version']}"


def _with_present_names(line: str, then: Record, now: Record) -> str:
    """A changed digest or version is told once, and not as a wrong figure."""
    for key in ("model_digest", "version"):
        old, new = str(then.run[key])[:16], str(now.run[key])[:16]
        line = line.replace(old, new) if key == "model_digest" else line.replace(f"Tocsin {old}", f"Tocsin {new}")
    return line


def _differences(theirs: Sequence[str], ours: Sequence[str]) -> tuple[list[str], list[str]]:
    """Passages that were generated and do not stand there; and passages without a digit that were added."""
    wrong: list[str] = []
    added: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if tag != "equal":
            _compare(" ".join(theirs[a:b]).split(), " ".join(ours[c:d]).split(), wrong, added)
    return wrong, added


def _compare(theirs: Sequence[str], ours: Sequence[str], wrong: list[str], added: list[str]) -> None:
    for tag, a, b, c, d in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        there, here = " ".join(theirs[a:b]), " ".join(ours[c:d])
        if tag == "delete" and not re.search(r"\d", there):
            added.append(f"“{there}”")
            continue
        before, after = " ".join(ours[max(c - AROUND, 0) : c]), " ".join(ours[d : d + AROUND])
        context = f"“{before} … {after}”" if before or after else "a line of its own"
        wrong.append(f"{context}: the file says {_quoted(there)}, the model gives {_quoted(here)}")


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "nothing"
