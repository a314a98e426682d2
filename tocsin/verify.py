"""Does a briefing still follow from the model? It is written anew: what holds is the same to the last byte.

Nothing is looked for in particular, so that nothing can be put where nobody looks. Where the file is another, a plain
reading says in which passages; where the model or the software is another, that reading is all that can be compared.

Whoever sends a file may have put anything into it. What needs a library for a format is read by a program of its own,
with little time and memory (`plain_text.py`); the rest takes time in proportion to the file.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from tocsin.analysis.explain import explain
from tocsin.elicitation.lexicon import edges_of
from tocsin.errors import EXTRAS, BadInput, TocsinError, require
from tocsin.files import scenario_of
from tocsin.files.choice_files import choice_of
from tocsin.files.places import ledger_file
from tocsin.language.numbers import brackets, percent
from tocsin.ledger.chain import Ledger
from tocsin.ledger.chain import read as read_ledger
from tocsin.model import Model, open_model
from tocsin.records import ModelRecords, Scenario
from tocsin.render import packages, plain_text
from tocsin.render.files import FORMATS, LIBRARIES, TEMPLATES, render
from tocsin.report.answer import DIGITS
from tocsin.report.blocks import Briefing
from tocsin.report.comparison import compare
from tocsin.report.compose import compose
from tocsin.report.record import LIBRARIES as WRITERS
from tocsin.report.record import NAMESPACE, BriefingOptions, BriefingRecord, Figure, NoRecord, SpreadFigure, parsed

if TYPE_CHECKING:
    from tocsin.report.batch_results import AnsweredRows


LARGEST = 64 * 2**20
"""Bytes of a file, above which it is no briefing."""
SECONDS = 2
"""That a reading may take."""
PATIENCE = 5
"""Times as long as that by the clock, for a machine that has other work."""
_META, _META_END = '<meta name="tocsin-record" content="', '"'


class UnreadableBriefing(TocsinError):
    """A file whose words cannot be read, or not within the time and memory given."""


def read(path: Path) -> BriefingRecord:
    """The run record in a briefing's file. Raises NoRecord, OSError."""
    return record_in(content_of(path), form_of(path), str(path))


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises NoRecord for more than a briefing has, OSError."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NoRecord(f"{path}: is larger than {LARGEST // 2**20} MB; a briefing is not")
    return content


def form_of(path: Path) -> str:
    """The format that a file's name claims."""
    return path.suffix.removeprefix(".").lower()


def record_in(content: bytes, form: str, place: str) -> BriefingRecord:
    """The same from bytes; place: how errors name it. Raises NoRecord."""
    if form not in FORMATS:
        raise NoRecord(f"{place}: no briefing is written as .{form}; known are {', '.join(FORMATS)}")
    if form == "pdf":
        require("Reading PDF", *plain_text.LIBRARIES[form])
    try:
        found = _record(content, form)
    except UnreadableBriefing as error:
        raise NoRecord(f"{place}: {error}") from error
    except packages.Oversized as error:
        raise NoRecord(f"{place}: is no briefing: {error}") from error
    except Exception as error:
        # A zip file and XML of others fail in many ways: BadZipFile, NotImplementedError, zlib.error, ParseError, …
        raise NoRecord(f"{place}: is no {form.upper()} file that can be read") from error
    if found is None:
        raise NoRecord(f"{place}: carries no run record; it was not written by tocsin brief, or lost it since")
    return parsed(found, place)


def words_of(content: bytes, form: str, seconds: float = SECONDS) -> list[str]:
    """What a plain reading finds in somebody's file. Raises UnreadableBriefing."""
    if form in ("docx", "pptx"):
        try:
            for _ in packages.parts(packages.opened(content)):
                pass
        except Exception as error:
            raise UnreadableBriefing(f"its parts cannot be unpacked: {error}") from error
    lines: list[str] = _read_apart(content, form, "words", seconds)
    return lines


def _between(text: str, start: str, end: str) -> str | None:
    """What stands between the last of one sign and the next of another."""
    place = text.rfind(start)
    stop = text.find(end, place + len(start)) if place >= 0 else -1
    return text[place + len(start) : stop] if stop >= 0 else None


def _record(content: bytes, form: str) -> str | None:
    match form:
        case "md":
            return _between(content.decode(), plain_text.COMMENT, plain_text.COMMENT_END)
        case "html":
            found = _between(content.decode(), _META, _META_END)
            return None if found is None else unescape(found)
        case "pdf":
            attached: str | None = _read_apart(content, form, "record", SECONDS)
            return attached
    # Among the custom XML parts, which a program may have renamed.
    with packages.opened(content) as package:
        for name, part in packages.parts(package):
            if name.startswith("customXml/") and NAMESPACE.encode() in part:
                root = ElementTree.fromstring(part)
                if root.tag == f"{{{NAMESPACE}}}record":
                    return root.text
    return None


def _read_apart(content: bytes, form: str, what: str, seconds: float) -> Any:
    """What `plain_text.py` finds. Raises UnreadableBriefing."""
    # Without -P the folder of the program would come first where libraries are looked for.
    command = [sys.executable, "-P", str(Path(plain_text.__file__)), form, what, str(math.ceil(seconds))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE * seconds, check=True)
    except subprocess.TimeoutExpired:
        raise UnreadableBriefing(f"cannot be read as {form.upper()} within {seconds:.0f} seconds") from None
    except subprocess.CalledProcessError as error:
        within = f" within {seconds:.0f} seconds" if error.returncode < 0 else ""
        raise UnreadableBriefing(f"is no {form.upper()} file that can be read{within}") from None
    return json.loads(done.stdout)


AROUND = 40
"""Letters of context before a difference."""
SHOWN = 240
"""Letters of a passage in a message."""
PINNED = ("scenario_digest", "lexicon", "interval")
"""Of a record, what must be the same whatever became of the model."""
OF_RECORD = ("facts", "statements", "as_of")
COMPUTED = ("p_evidence", "effective_draws", *OF_RECORD)
"""What the same model gives again."""


@dataclass(frozen=True)
class Verdict:
    """What was found.

    same: whether the file is what is written now, to the last byte or part; figures: what the record says and the model
    does not give; passages: where a plain reading differs; others: why the file cannot be the same though nobody
    changed it, such as another version; unread: why its words could not be read.
    """

    same: bool
    figures: tuple[str, ...]
    passages: tuple[str, ...]
    others: tuple[str, ...]
    unread: str | None = None

    @property
    def holds(self) -> bool:
        """Whether this is the file that this software writes from this model."""
        return self.same and not (self.figures or self.others)

    @property
    def agrees(self) -> bool:
        """Whether, where more cannot be compared, the words and figures are those of now."""
        return bool(self.others) and not (self.figures or self.passages or self.unread)


def verify(path: Path, folder: Path, table: Path | None = None, template: Path | None = None) -> Verdict:
    """Hold a briefing's file against the model in a folder. Raises NoRecord, BadInput, OSError.

    table: the rows of a briefing on a batch; template: the file whose styles it was written with; both are looked for
    under their names beside the briefing and here, if left out.
    """
    form, content = form_of(path), content_of(path)
    then = record_in(content, form, str(path))
    model = open_model(folder, then.run.draws, then.run.seed)
    house = _template(then, path, template)
    ledger, absent, broken = _ledger(then, folder)
    briefing = _written_now(then, model, path, table, ledger)
    now = briefing.record
    assert now is not None
    # Libraries that have no part in this format may be others.
    kept = now.model_copy(update={"libraries": then.libraries, "template": then.template})
    ours = render(replace(briefing, record=kept), form, house)
    figures = (*_differences(then, now, model.records), *filter(None, (broken,)))
    others = (*_others(then, now, form, house), *filter(None, (absent,)))
    if is_same(content, ours, form):
        return Verdict(True, figures, (), others)
    try:
        theirs, written = _words(content, ours, form)
    except UnreadableBriefing as error:
        return Verdict(False, figures, (), others, str(error))
    if then.template is not None and house is None:
        theirs, written = (
            [line for line in lines if not line.startswith(plain_text.MARGIN)] for lines in (theirs, written)
        )
    return Verdict(False, figures, tuple(_passages([_aligned(line, then, now) for line in theirs], written)), others)


def is_same(theirs: bytes, ours: bytes, form: str) -> bool:
    """Byte by byte; of packages part by part, since compressors differ between systems."""
    if form not in TEMPLATES.values():
        return theirs == ours
    try:
        with packages.opened(theirs) as package, packages.opened(ours) as written:
            return packages.is_whole(theirs, package) and dict(packages.parts(package)) == dict(packages.parts(written))
    except Exception:
        # Members that cannot be unpacked fail in many ways, and are not what is written now.
        return False


def _words(theirs: bytes, ours: bytes, form: str) -> tuple[list[str], list[str]]:
    """Both readings; a file of somebody's gets three times as long as ours takes. Raises UnreadableBriefing."""
    require(f"Reading {form.upper()}", *plain_text.LIBRARIES.get(form, ()))
    start = time.process_time()
    written = plain_text.words(ours, form)
    return words_of(theirs, form, max(SECONDS, 3 * (time.process_time() - start))), written


def _passages(theirs: Sequence[str], ours: Sequence[str]) -> Iterator[str]:
    """Lines that only one of two readings has, in the order of the file. Takes time in proportion to both."""
    missing = list((Counter(ours) - Counter(theirs)).elements())
    added = list((Counter(theirs) - Counter(ours)).elements())
    if len(missing) == len(added):
        for given, said in zip(missing, added, strict=True):
            differing = (k for k, (here, there) in enumerate(zip(given, said, strict=False)) if here != there)
            skipped = max(next(differing, min(len(given), len(said))) - AROUND, 0)
            yield f"the file says {quoted(said, skipped)}, the model gives {quoted(given, skipped)}"
    else:
        yield from (f"the file lacks {quoted(line)}" for line in missing)
        yield from (f"the model does not give {quoted(line)}" for line in added)
    if not missing and not added and list(theirs) != list(ours):
        first = next(line for line, other in zip(theirs, ours, strict=True) if line != other)
        yield f"the order is another, from {quoted(first)} on"


def quoted(text: str, skipped: int = 0) -> str:
    """As it is shown in a message: so many letters at the beginning are left out, and what is too long at the end."""
    shown = text[skipped : skipped + SHOWN]
    return f"“{'…' if skipped else ''}{shown}{'…' if skipped + SHOWN < len(text) else ''}”"


def _template(then: BriefingRecord, path: Path, given: Path | None) -> Path | None:
    """The file whose styles a briefing was written with, if it is at hand. Raises BadInput for another one, OSError."""
    pinned = then.template
    if pinned is None:
        if given is not None:
            raise BadInput.at(path, "was written without a template; leave --template out")
        return None
    places = filter(Path.is_file, _beside(path, pinned.name)) if given is None else (given,)
    found = next((place for place in places if sha256(content_of(place)).hexdigest() == pinned.sha256), None)
    if given is not None and found is None:
        name, digest = Path(pinned.name).name, pinned.sha256[:DIGITS]
        raise BadInput.at(given, f"is not the template that {path} was written with ({name}, digest {digest})")
    return found


def _beside(path: Path, name: str) -> tuple[Path, Path]:
    """Where a file is looked for that a briefing names: beside the briefing, and here."""
    # A record can be forged: what it names is a name and no path.
    return path.parent / Path(name).name, Path(Path(name).name)


def _ledger(then: BriefingRecord, folder: Path) -> tuple[Ledger | None, str, str]:
    """The sealed forecasts as far as they went then; why they cannot be looked at; what is wrong with them."""
    if then.ledger is None:
        return None, "", ""
    head, lines, path = then.ledger.head, then.ledger.lines, ledger_file(folder)
    # Of what stands in them only the head can be written again.
    stub = Ledger(path, then.run.model, (), ("",) * (lines - 1) + (head,))
    try:
        found = read_ledger(path)
    except BadInput as error:
        return stub, "", str(error.problems[0])
    if not found.seals:
        return stub, f"the sealed forecasts that it names (line {lines}, head {head[:DIGITS]}) are not at {path}", ""
    if found.until(lines).head != head:
        was = f"line {lines} is not the one that the briefing has seen (head {head[:DIGITS]})"
        return stub, "", f"{path}: {was}: it was written anew, or lost lines"
    return found.until(lines), "", ""


def _written_now(
    record: BriefingRecord, model: Model, path: Path, table: Path | None, ledger: Ledger | None
) -> Briefing:
    for other in {scenario.run.model for scenario in record.each} - {model.name}:
        message = f"was written from the model {other}, not from {model.name}; name its folder with --model"
        raise BadInput.at(path, message)
    choice = None if record.choice is None else choice_of(record.choice, model.records, str(path))
    order = BriefingOptions(record.length, record.marking, record.since, ledger, choice)
    scenarios = [scenario_of(scenario.scenario, model.records, str(path)) for scenario in record.each]
    match record.kind:
        case "comparison":
            return compare(model, scenarios, order)
        case "batch":
            # PyArrow takes time to load, and only tables need it.
            from tocsin.report.batch_briefing import brief_many
            from tocsin.report.batch_results import survey

            return brief_many(survey(model, _rows(record, model, scenarios[0], path, table)), order)
        case _:
            return compose(explain(model, scenarios[0]), order)


def _rows(record: BriefingRecord, model: Model, base: Scenario, path: Path, table: Path | None) -> AnsweredRows:
    """The rows of a briefing on a batch: a sweep stands in its record, a table must be there."""
    from tocsin.report.batch_results import rows_of

    pinned = record.table
    assert pinned is not None
    name = Path(pinned.name).name
    if pinned.sweep is not None:
        return replace(_sweep(pinned.sweep, record.scenario, model, path), name=name)
    places = (table,) if table is not None else _beside(path, name)
    found = next(filter(Path.exists, places), None)
    if found is None:
        digest = pinned.sha256[:DIGITS]
        raise BadInput.at(path, f"tells of the rows of {name} (digest {digest}); name that file with --table")
    return replace(rows_of(found, base, model), name=name)


def _sweep(content: Mapping[str, Any], base: Mapping[str, Any], model: Model, path: Path) -> AnsweredRows:
    """A sweep out of a record, written down so that it is checked like any file. Raises BadInput on the briefing."""
    from tocsin.report.batch_results import rows_of

    with tempfile.TemporaryDirectory() as folder:
        try:
            base_file = {} if (name := content.get("scenario")) is None else {Path(str(name)).name: base}
            for stem, value in {**base_file, "sweep": content}.items():
                # YAML does not join the pairs that JSON's ASCII makes of letters beyond U+FFFF.
                (Path(folder) / f"{stem}.yaml").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
            return rows_of(Path(folder) / "sweep.yaml", None, model)
        except (OSError, ValueError) as error:
            # A name that no file can have.
            raise BadInput.at(path, "the sweep in its record cannot be read") from error
        except BadInput as error:
            # Nobody has seen the file that was written for a moment; its lines say nothing.
            raise BadInput(replace(problem, file=str(path), line=0, column=0) for problem in error.problems) from error


def _differences(then: BriefingRecord, now: BriefingRecord, records: ModelRecords) -> Iterator[str]:
    """What the record says and the model does not give; of another model its figures and what pins the scenario."""
    for was, here in zip(then.each, now.each, strict=True):
        which = f"{here.run.scenario}, " if len(now.each) > 1 else ""
        edges = edges_of(records.lexicons[here.run.lexicon])
        for name in dict.fromkeys((*was.figures, *here.figures)):
            old, new = (_printed(side.figures.get(name), edges) for side in (was, here))
            if old != new:
                yield f"{which}{name}: recorded {old}, the model gives {new}"
        for name in PINNED if was.run.model_digest != here.run.model_digest else (*COMPUTED, *PINNED):
            old, new = (getattr(side if name in OF_RECORD else side.run, name) for side in (was, here))
            if old != new:
                values = f": {old}, not {new}" if isinstance(old, str | int | float) else ""
                yield f"{which}the run record's {name.replace('_', ' ')} is not what the model gives{values}"
    if then.table != now.table and then.table and now.table and then.table.sha256 == now.table.sha256:
        yield f"the run record's rows are not those of {then.table.name}"


def _printed(figure: Figure | SpreadFigure | None, edges: Sequence[float]) -> str:
    """As the briefing has it: onto no edge of the words is anything rounded."""
    if figure is None:
        return "nothing"
    before = percent(figure.baseline, edges)
    if isinstance(figure, SpreadFigure):
        words = ", ".join(f"{word} {count}" for word, count in figure.words.items() if count)
        return f"{' / '.join(percent(p, edges) for p in figure.quartiles)} ({words}), baseline {before}"
    return f"{figure.words}, {percent(figure.p, edges)} {brackets(figure.low, figure.high)}, baseline {before}"


def _others(then: BriefingRecord, now: BriefingRecord, form: str, house: Path | None) -> Iterator[str]:
    """Why the file cannot be what is written now, though nobody may have changed it."""
    if then.run.model_digest != now.run.model_digest:
        yield f"the model has changed since ({then.run.model_digest[:DIGITS]}, now {now.run.model_digest[:DIGITS]})"
    if then.table is not None and now.table is not None and then.table.sha256 != now.table.sha256:
        yield f"the table has changed since ({then.table.sha256[:DIGITS]}, now {now.table.sha256[:DIGITS]})"
    if then.run.version != now.run.version:
        yield f"it was written by Tocsin {then.run.version}, and this is {now.run.version}"
    writers = {EXTRAS[module][0] for module in LIBRARIES.get(form, ())}
    for library in WRITERS:
        if library not in writers:
            continue
        was, here = then.libraries.get(library, "of an unknown version"), now.libraries.get(library, "nothing")
        if was != here:
            yield f"it was written with {library} {was}, and here is {here}"
    if then.template is not None and house is None:
        yield f"it has the styles of {Path(then.template.name).name}, which is not here; name that file with --template"


def _aligned(line: str, then: BriefingRecord, now: BriefingRecord) -> str:
    """A changed digest or version is told once, and not as a passage that differs."""
    line = line.replace(then.run.model_digest[:DIGITS], now.run.model_digest[:DIGITS])
    line = line.replace(f"Tocsin {then.run.version}", f"Tocsin {now.run.version}")
    if then.table is not None and now.table is not None:
        line = line.replace(then.table.sha256[:DIGITS], now.table.sha256[:DIGITS])
    return line
