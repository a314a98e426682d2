"""Files that analysts write: models, scenarios, lexicons and scales, read whole and checked, or every error at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import normalize

from tocsin.errors import BadInput, Problem, file_bytes, whole_text
from tocsin.files import saving, yaml12
from tocsin.files.references import heading_flaws, scenario_flaws, statement_flaws, variable_flaws, why_unread
from tocsin.files.tables import table_flaws
from tocsin.files.validation import validate
from tocsin.records import Lexicon, ModelFile, ModelRecords, Scales, Scenario, StatementsFile
from tocsin.records.base import Record

R = TypeVar("R", bound=Record)

SHIPPED = Path(__file__).parent.parent / "elicitation" / "data"
TEMPLATE = Path(__file__).parent / "template"
"""The model that `tocsin init` begins with."""


def load_model(folder: str | Path, instead: Mapping[str, str] | None = None) -> ModelRecords:
    """The model in a folder: `model.yaml` and `statements.yaml`; raises BadInput with all their problems.

    instead: by file name, the text to take for what the file holds, such as an edit that is not saved yet.
    """
    folder = Path(folder)
    if folder.suffix == ".yaml" and folder.is_file() and (found := _unconfirmed(yaml12.read(folder))):
        raise BadInput(found)
    if not folder.is_dir():
        what = "no such folder" if not folder.exists() else "is not a folder"
        raise BadInput.at(folder, f"{what}; a model is a folder with model.yaml in it")
    saving.finish(folder)
    documents: dict[str, yaml12.Document] = {}
    problems: list[Problem] = []
    for name in ("model.yaml", "statements.yaml"):
        try:
            documents[name] = _document(folder / name, instead)
        except BadInput as error:
            problems += error.problems
    if unconfirmed := [problem for document in documents.values() for problem in _unconfirmed(document)]:
        raise BadInput(unconfirmed)
    records: dict[str, Record | None] = {}
    for name, record in (("model.yaml", ModelFile), ("statements.yaml", StatementsFile)):
        if name in documents:
            records[name], found = validate(record, documents[name])
            problems += found
    if problems:
        raise BadInput(problems)
    file, statements = records["model.yaml"], records["statements.yaml"]
    assert isinstance(file, ModelFile)
    assert isinstance(statements, StatementsFile)
    model = ModelRecords.model_construct(
        file=file,
        sources=statements.sources,
        speakers=statements.speakers,
        origins=statements.origins,
        statements=statements.statements,
        lexicons=dict(lexicons()),
        scales=scales(),
    )
    _refuse(model, documents)
    return model


def _document(path: Path, instead: Mapping[str, str] | None) -> yaml12.Document:
    text = (instead or {}).get(path.name)
    return yaml12.read(path) if text is None else yaml12.parsed(text, str(path))


def _unconfirmed(document: yaml12.Document) -> list[Problem]:
    """Drafts that stand where statements belong: no rule of this program makes a statement, only a human does."""
    if "draft_of" in document.value:
        message = (
            "this is a file of drafts, which nobody has confirmed. Move those that you confirm to statements.yaml, "
            "each with a claim, a credibility and what it judges or reports"
        )
        return [document.problem(("draft_of",), message, at_key=True)]
    message = (
        "is a draft that nobody has confirmed; write its claim, its credibility and what it judges or reports, and "
        "take out `draft`, `reads_as`, `quote` and `found`"
    )
    entries = document.value.get("statements")
    return [
        document.problem(("statements", position, "draft"), f"{entry.get('id')!r} {message}", at_key=True)
        for position, entry in enumerate(entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and "draft" in entry
    ]


def check_words(folder: Path, model: ModelRecords, instead: Mapping[str, str] | None = None) -> None:
    """Raises BadInput with every judgement whose words neither a lexicon nor a hedge holds."""
    unread = {
        position: why
        for position, statement in enumerate(model.statements)
        if statement.estimates and statement.read_as is None and statement.words is not None
        if (why := why_unread(statement.words, model)) is not None
    }
    if unread:
        document = _document(folder / "statements.yaml", instead)
        raise BadInput(document.problem(("statements", position, "words"), why) for position, why in unread.items())


def _refuse(model: ModelRecords, documents: dict[str, yaml12.Document]) -> None:
    """Raise BadInput with every flaw; tables are looked at only once their names are known to be right."""
    flaws = [*variable_flaws(model), *heading_flaws(model)]
    if not any("variables" in place for place, _ in flaws):
        flaws += table_flaws(model)
    problems = [documents["model.yaml"].problem(*flaw) for flaw in flaws]
    problems += [documents["statements.yaml"].problem(*flaw) for flaw in statement_flaws(model)]
    if problems:
        raise BadInput(problems)


OF_SEVERAL = "#"
"""Between a file of several scenarios and the name of one."""


def load_scenario(path: str | Path, model: ModelRecords) -> Scenario:
    """The scenario in a file, checked against its model; raises BadInput with all its problems.

    Of a file that holds several, one is asked for as `mine.yaml#calm`; nothing is asked of the others.
    """
    return checked_scenario(scenario_document(Path(path)), model)


def scenario_document(path: Path) -> yaml12.Document:
    """The document of a scenario, `mine.yaml` or `mine.yaml#calm`, not checked yet. Raises BadInput."""
    file, name = _apart(path)
    documents = yaml12.read_several(file)
    if name is None and len(documents) == 1:
        (document,) = documents
    elif name is None:
        listed = ", ".join(_names(documents))
        raise BadInput.at(file, f"holds {len(documents)} scenarios; name one as {file.name}{OF_SEVERAL}NAME: {listed}")
    else:
        held = [found for found in documents if _name(found) == name]
        if len(held) != 1:
            count = f"{len(held)} scenarios" if held else "no scenario"
            raise BadInput.at(file, f"holds {count} {name!r}; there are {', '.join(_names(documents))}")
        (document,) = held
    if isinstance(document, BadInput):
        raise document
    return document


def scenario_paths(path: Path) -> list[Path]:
    """Each scenario of a file by a path of its own: `mine.yaml#calm` where it holds several. Raises BadInput."""
    file, name = _apart(path)
    documents = yaml12.read_several(file) if name is None else []
    if len(documents) < 2:
        return [path]
    _require_names(documents)
    return [file.with_name(f"{file.name}{OF_SEVERAL}{found}") for found in _names(documents)]


def load_scenarios(path: Path, model: ModelRecords, shown: str | None = None) -> list[Scenario]:
    """All scenarios of a file of one or several, checked; raises BadInput with the problems of all, by document."""
    documents = yaml12.read_several(path, shown)
    loaded, problems = [], []
    for number, document in enumerate(documents, 1):
        try:
            if isinstance(document, BadInput):
                raise document
            loaded.append(checked_scenario(document, model))
        except BadInput as error:
            of_several = len(documents) > 1
            problems += [_numbered(found, number, document) if of_several else found for found in error.problems]
    if problems:
        raise BadInput(problems)
    _require_names(documents)
    return loaded


def _require_names(documents: list[yaml12.Document | BadInput]) -> None:
    """Raises BadInput where one cannot be read, or two have one name."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, document in enumerate(documents, 1):
        if isinstance(document, BadInput):
            problems += [_numbered(problem, number, document) for problem in document.problems]
            continue
        problem = document.problem(("scenario",), "")
        name = _name(document)
        if name is None:
            problems.append(_numbered(replace(problem, message="this scenario needs its name"), number, document))
        elif name in first:
            message = f"{name!r} is the name of document {first[name]} too; each needs its own"
            problems.append(_numbered(replace(problem, message=message), number, document))
        else:
            first[name] = number
    if problems:
        raise BadInput(problems)


def _numbered(problem: Problem, number: int, document: yaml12.Document | BadInput) -> Problem:
    """A problem that names its document beside its place in it."""
    name = _name(document)
    about = f"document {number} ({name})" if name else f"document {number}"
    return replace(problem, path=f"{about}: {problem.path}".removesuffix(": "))


def _name(document: yaml12.Document | BadInput) -> str | None:
    """What a document calls its scenario, as names are compared; None where it cannot be told."""
    name = None if isinstance(document, BadInput) else document.value.get("scenario")
    return normalize("NFC", str(name)) if name is not None else None


def _names(documents: list[yaml12.Document | BadInput]) -> list[str]:
    return [_name(document) or "?" for document in documents]


def _apart(path: Path) -> tuple[Path, str | None]:
    """The file, and the name of the one that is asked for of it; a file whose own name is such stays one."""
    name, mark, asked = path.name.rpartition(OF_SEVERAL)
    if not mark or not name or path.exists():
        return path, None
    return path.with_name(name), normalize("NFC", asked)


def scenario_of(content: Mapping[str, Any], model: ModelRecords, shown: str) -> Scenario:
    """The scenario that plain content describes, held to the rules of files; shown names its place in errors."""
    try:
        return checked_scenario(yaml12.Document(shown, dict(content)), model)
    except BadInput as error:
        raise BadInput(replace(problem, line=0, column=0) for problem in error.problems) from None


def checked_scenario(document: yaml12.Document, model: ModelRecords) -> Scenario:
    """The scenario in a document that was read, checked against its model; raises BadInput with all its problems."""
    scenario, problems = validate(Scenario, document)
    if scenario is not None:
        problems += [document.problem(place, message) for place, message in scenario_flaws(scenario, model)]
    if scenario is None or problems:
        raise BadInput(problems)
    return scenario


def load_record(path: Path, record: type[R]) -> R:
    """One record from one file."""
    loaded, problems = validate(record, yaml12.read(path))
    if loaded is None:
        raise BadInput(problems)
    return loaded


@lru_cache(maxsize=1)
def lexicons() -> dict[str, Lexicon]:
    """The lexicons that are shipped, by name."""
    files = sorted((SHIPPED / "lexicons").glob("*.yaml"))
    loaded = (load_record(file, Lexicon) for file in files)
    return {lexicon.name: lexicon for lexicon in loaded}


@lru_cache(maxsize=1)
def scales() -> Scales:
    """The scales that are shipped."""
    return load_record(SHIPPED / "scales.yaml", Scales)


def models_under(folder: str | Path) -> list[Path]:
    """The model folders below a folder."""
    return sorted(file.parent for file in Path(folder).glob("*/model.yaml"))


_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})


def check_quotations(folder: Path, model: ModelRecords, source: Path) -> int:
    """How many quotations stand in the text; raises BadInput naming those that do not."""
    content = file_bytes(source, yaml12.MOST_BYTES, "name the text in it")
    text = _with_plain_quotes(whole_text(content, str(source)))
    document = yaml12.read(folder / "statements.yaml")
    problems = [
        document.problem(("statements", position, "words"), f"{statement.words!r} does not stand in {source}")
        for position, statement in enumerate(model.statements)
        # Whole words only: `may` does not stand in `mayor`.
        if statement.words is not None
        and re.search(rf"(?<!\w){re.escape(_with_plain_quotes(statement.words))}(?!\w)", text) is None
    ]
    if problems:
        raise BadInput(problems)
    return sum(statement.words is not None for statement in model.statements)


def _with_plain_quotes(text: str) -> str:
    return " ".join(text.translate(_QUOTES).lower().split())
