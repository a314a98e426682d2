"""Does a briefing still follow from the model? Assess, explain and write it anew, and compare what a reader sees."""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.analysis.explain import explain
from tocsin.assessment import Estimate
from tocsin.briefing import reading
from tocsin.briefing.comparison import compare
from tocsin.briefing.compose import compose
from tocsin.briefing.content import Briefing
from tocsin.briefing.differing import differences, has_figure, quoted
from tocsin.briefing.drawn import drawn, placed
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

NAMED = {
    "scenario_digest": "digest of the scenario",
    "p_evidence": "probability of the evidence",
    "effective_draws": "effective draws",
}
PINNED = ("scenario_digest", "lexicon", "interval")
"""Of a run's record, what must be the same whatever became of the model."""
COMPUTED = ("p_evidence", "effective_draws")
"""What the same model gives again."""


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
    text = differences(theirs, fresh.lines, form)
    wrong, more = _beside(found, fresh)
    return Verdict(
        figures=(*_figures(record, fresh.record), *_run(record, fresh.record)),
        text=(*text.wrong, *wrong, *found.unseen, *_marks(found, fresh)),
        pictures=tuple(_pictures(content, ours, form, found, fresh)),
        added=(*text.added, *more),
        notes=(*_notes(record, fresh.record), *_uncompared(found, form)),
    )


def _pictures(theirs: bytes, ours: bytes, form: str, found: reading.Page, fresh: reading.Page) -> Iterator[str]:
    """What is drawn otherwise."""
    if form == "html":
        theirs = _with_present_names(theirs.decode(), found.record, fresh.record).encode()
    if form == "pdf":
        # Where text differs, a PDF's lines and frames stand elsewhere; a name of another length moves letters.
        if [_with_present_names(line, found.record, fresh.record) for line in found.lines] != list(fresh.lines):
            return
        if found.lines == fresh.lines:
            yield from _exchanged(placed(theirs), placed(ours))
    yield from _exchanged(drawn(theirs, form), drawn(ours, form))


def _marks(found: reading.Page, fresh: reading.Page) -> Iterator[str]:
    """The numbers of lists, which a template may have as it likes."""
    if not found.template:
        for mark in sorted(found.marks ^ fresh.marks):
            yield f"the numbers of a list: {quoted(mark)} {'was added' if mark in found.marks else 'is missing'}"


def _beside(found: reading.Page, fresh: reading.Page) -> tuple[list[str], list[str]]:
    """Page heads and feet, notes, comments: what is missing there or has a figure, and what was only added.

    What a template brings along is listed, and not held against the model.
    """
    there, ours = Counter(found.beside), Counter(fresh.beside)
    missing = (ours - there).elements()
    wrong = [f"a page head, foot or note: {quoted(line)} is missing" for line in missing]
    added = []
    for line in (there - ours).elements():
        if has_figure(line) and not found.template:
            wrong.append(f"a page head, foot or note: {quoted(line)} was not written by this program")
        else:
            added.append(quoted(line))
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
        return replace(_sweep(pinned["sweep"], record.scenario, model, path), name=name)
    places = [table] if table is not None else [path.parent / name, Path(name)]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        told = f"tells of the rows of {name} (digest {str(pinned['digest'])[:16]}); name that file with --table"
        raise BadInput([Problem(str(path), 0, 0, "", told)])
    return replace(rows_of(found, base, model), name=name)


def _sweep(content: Mapping[str, Any], base: Mapping[str, Any], model: Model, path: Path) -> Rows:
    """A sweep out of a record, written down so that it is checked like any file. Raises BadInput on the briefing."""
    from tocsin.briefing.survey import rows_of

    with tempfile.TemporaryDirectory() as folder:
        if (name := content.get("scenario")) is not None:
            _write(Path(folder) / f"{Path(str(name)).name}.yaml", base)
        file = Path(folder) / "sweep.yaml"
        _write(file, content)
        try:
            return rows_of(file, None, model)
        except BadInput as error:
            # Nobody has seen the file that was written for a moment; its lines say nothing.
            raise BadInput(replace(one, file=str(path), line=0, column=0) for one in error.problems) from error


def _write(path: Path, content: Mapping[str, Any]) -> None:
    # YAML does not join the pairs that JSON's ASCII makes of letters beyond U+FFFF.
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


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


def _run(then: Record, now: Record) -> Iterator[str]:
    """Fields of the run's record that were changed by hand, in any scenario's."""
    for was, one in zip(then.each, now.each, strict=True):
        same = was.run["model_digest"] == one.run["model_digest"]
        for key in (*PINNED, *(COMPUTED if same else ())):
            if not _alike(was.run.get(key), one.run.get(key)):
                yield f"{NAMED.get(key, key)} in the run record: {was.run.get(key)}, not {one.run.get(key)}"
        if same:
            parts = (("evidence", was.facts, one.facts), ("statements", was.statements, one.statements))
            for what, old, new in (*parts, ("as-of day", was.as_of, one.as_of)):
                if old != new:
                    yield f"{what} in the run record: not what the model gives"


def _alike(old: Any, new: Any) -> bool:
    """Machines may differ in the last digits of a number."""
    if isinstance(old, int | float) and isinstance(new, int | float):
        return math.isclose(old, new, rel_tol=1e-6, abs_tol=1e-9)
    return bool(old == new)


def _printed(record: Record, name: str) -> str:
    one = record.figures.get(name)
    return "nothing" if one is None else _figure(record, one)


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
