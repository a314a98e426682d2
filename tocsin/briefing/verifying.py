"""Does a briefing still follow from the model? Assess, explain and write it anew, and compare what a reader sees."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.analysis.explain import explain
from tocsin.assessment import Estimate
from tocsin.briefing import reading
from tocsin.briefing.comparison import compare
from tocsin.briefing.compose import compose
from tocsin.briefing.content import Briefing
from tocsin.briefing.drawn import drawn
from tocsin.briefing.order import Length, Order
from tocsin.briefing.record import Record
from tocsin.briefing.rendering import render
from tocsin.errors import BadInput, Problem
from tocsin.files import scenario_of
from tocsin.model import Model
from tocsin.opening import open_model
from tocsin.records import Scenario
from tocsin.wording import interval, percent

if TYPE_CHECKING:
    from tocsin.briefing.survey import Rows

AROUND = 5
"""Words of context on both sides of a difference."""


@dataclass(frozen=True)
class Verdict:
    """What no longer follows, and what was only added.

    figures: outcomes whose recorded figures the model no longer gives; text: passages that differ from what is written
    now; pictures: those that are not the ones drawn now; added: passages without a figure that the file has on top;
    notes: whether model or software are others, what was not compared.
    """

    figures: tuple[str, ...]
    text: tuple[str, ...]
    pictures: tuple[str, ...]
    added: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that was generated still follows."""
        return not (self.figures or self.text or self.pictures)


def verify(path: Path, folder: Path, table: Path | None = None) -> Verdict:
    """Hold a briefing's file against the model in a folder. Raises NoRecord, BadInput, OSError.

    table: the rows of a briefing on a batch; looked for under its name beside the briefing and here, if left out.
    """
    form, content = path.suffix.removeprefix(".").lower(), path.read_bytes()
    found = reading.parse(content, form, str(path))
    record, run = found.record, found.record.run
    model = open_model(folder, int(run["draws"]), int(run["seed"]))
    ours = render(_written_now(record, model, path, table), form)
    fresh = reading.parse(ours, form, "the briefing written now")
    theirs = [_with_present_names(line, record, fresh.record) for line in found.lines]
    text, added = _differences(theirs, fresh.lines)
    wrong, more = _beside(found, fresh)
    # Where text differs, a PDF's lines and frames stand elsewhere.
    same = form != "pdf" or theirs == list(fresh.lines)
    return Verdict(
        figures=tuple(_figures(record, fresh.record)),
        text=(*text, *wrong),
        pictures=tuple(_exchanged(drawn(content, form), drawn(ours, form))) if same else (),
        added=(*added, *more),
        notes=(*_notes(record, fresh.record), *_uncompared(found, form)),
    )


def _beside(found: reading.Page, fresh: reading.Page) -> tuple[list[str], list[str]]:
    """Page heads and feet, notes, comments: what is missing there or has a figure, and what was only added.

    What a template brings along is listed, and not held against the model.
    """
    there, ours = Counter(found.beside), Counter(fresh.beside)
    missing = (ours - there).elements()
    wrong = [f"a page head, foot or note: {_quoted(line)} is missing" for line in missing]
    added = []
    for line in (there - ours).elements():
        if re.search(r"\d", line) and not found.template:
            wrong.append(f"a page head, foot or note: {_quoted(line)} was not written by this program")
        else:
            added.append(_quoted(line))
    return wrong, added


def _exchanged(theirs: Mapping[str, str], ours: Mapping[str, str]) -> Iterator[str]:
    for place in dict.fromkeys((*ours, *theirs)):
        if place not in theirs:
            yield f"{place} is missing"
        elif place not in ours:
            yield f"{place} was added"
        elif theirs[place] != ours[place]:
            yield f"{place} is not the one that is drawn from the model now"


def _uncompared(found: reading.Page, form: str) -> Iterator[str]:
    if found.template:
        yield f"written with the styles of {found.template}; what its page heads, feet and layouts say is not compared"
    if form == "md":
        yield "Markdown holds no pictures; their words are compared"


def _written_now(record: Record, model: Model, path: Path, table: Path | None) -> Briefing:
    order = Order(_length(record), record.marking, record.since)
    scenarios = [_scenario(one, model, path) for one in record.each]
    match record.kind:
        case "comparison":
            return compare(model, scenarios, order)
        case "batch":
            # PyArrow takes time to load, and only tables need it.
            from tocsin.briefing.many import brief_many
            from tocsin.briefing.survey import survey

            return brief_many(survey(model, _rows(record, model, scenarios[0], path, table)), order)
        case _:
            return compose(explain(model, scenarios[0]), order)


def _scenario(record: Record, model: Model, path: Path) -> Scenario:
    if record.run["model"] != model.name:
        told = f"was written from the model {record.run['model']}, not from {model.name}; name its folder with --model"
        raise BadInput([Problem(str(path), 0, 0, "", told)])
    return scenario_of(record.scenario, model.records, str(path))


def _rows(record: Record, model: Model, base: Scenario, path: Path, table: Path | None) -> Rows:
    """The rows of a briefing on a batch: a sweep stands in its record, a table must be there."""
    from tocsin.briefing.survey import rows_of

    pinned = record.table or {}
    name = Path(str(pinned["name"])).name
    if "sweep" in pinned:
        return replace(_sweep(pinned["sweep"], record.scenario, model), name=name)
    places = [table] if table is not None else [path.parent / name, Path(name)]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        told = f"tells of the rows of {name} (digest {str(pinned['digest'])[:16]}); name that file with --table"
        raise BadInput([Problem(str(path), 0, 0, "", told)])
    return replace(rows_of(found, base, model), name=name)


def _sweep(content: Mapping[str, Any], base: Mapping[str, Any], model: Model) -> Rows:
    """A sweep out of a record; written down, so that it is checked like any file."""
    from tocsin.briefing.survey import rows_of

    with tempfile.TemporaryDirectory() as folder:
        if (name := content.get("scenario")) is not None:
            (Path(folder) / f"{Path(str(name)).name}.yaml").write_text(json.dumps(base), "utf-8")
        file = Path(folder) / "sweep.yaml"
        file.write_text(json.dumps(content), "utf-8")
        return rows_of(file, None, model)


def _length(record: Record) -> Length:
    return "summary" if record.length == "summary" else "full"


def _figures(then: Record, now: Record) -> Iterator[str]:
    """Recorded figures that the model no longer gives, as printed."""
    several = len(now.each) > 1
    for was, one in zip(then.each, now.each, strict=True):
        which = f"{one.run['scenario']}, " if several else ""
        for name in dict.fromkeys((*was.figures, *one.figures)):
            old, new = (_printed(each, name) for each in (was, one))
            if old != new:
                yield f"{which}{name}: recorded {old}, the model gives {new}"


def _printed(record: Record, name: str) -> str:
    one = record.figures.get(name)
    if one is None:
        return "nothing"
    try:
        return _figure(record, one)
    except (KeyError, TypeError, ValueError, AttributeError):
        return "what cannot be read"


def _figure(record: Record, one: Mapping[str, Any]) -> str:
    before = percent(float(one["baseline"]))
    if record.kind == "batch":
        words = ", ".join(f"{word} {count}" for word, count in one["words"].items() if count)
        return f"{' / '.join(percent(float(q)) for q in one['quartiles'])} ({words}), baseline {before}"
    estimate = Estimate(float(one["p"]), float(one["low"]), float(one["high"]))
    return f"{one['words']}, {percent(estimate.p)} {interval(estimate)}, baseline {before}"


def _notes(then: Record, now: Record) -> Iterator[str]:
    if then.run["model_digest"] != now.run["model_digest"]:
        yield f"the model has changed since ({then.run['model_digest'][:16]}, now {now.run['model_digest'][:16]})"
    if then.run["version"] != now.run["version"]:
        yield f"it was written by Tocsin {then.run['version']}, and checked by {now.run['version']}"
    if then.table is not None and now.table is not None and then.table["digest"] != now.table["digest"]:
        yield f"the table has changed since ({str(then.table['digest'])[:16]}, now {now.table['digest'][:16]})"


def _with_present_names(line: str, then: Record, now: Record) -> str:
    """A changed digest or version is told once, and not as a wrong figure."""
    for key in ("model_digest", "version"):
        old, new = str(then.run[key])[:16], str(now.run[key])[:16]
        line = line.replace(old, new) if key == "model_digest" else line.replace(f"Tocsin {old}", f"Tocsin {new}")
    if then.table is not None and now.table is not None:
        line = line.replace(str(then.table["digest"])[:16], now.table["digest"][:16])
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
