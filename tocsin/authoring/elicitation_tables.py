"""What experts sent back, from all files of a folder: forms, and long tables of the kind that R's aggreCAT takes.

Such a table has a row for each value, with the columns `round, paper_id, user_name, question, element, value, group`
(Gould et al. 2023; `data_ratings` of aggreCAT 1.0.0). Its three-point elements are answers, in percent; the rest is
counted and left out.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tocsin.authoring.elicitation_forms import ANSWERS, FIRST, QUESTIONS, Form, number_in
from tocsin.authoring.elicitations import (
    LETTERS,
    MOST_EXPERTS,
    Elicitation,
    Expert,
    ExpertAnswer,
    Question,
    Round,
    askable,
    flaws,
    unprintable,
)
from tocsin.authoring.speakers import slug
from tocsin.errors import BadInput, Problem, counted, file_bytes, listed, nearest, require, whole_text
from tocsin.files.workbooks import looked_through, opened
from tocsin.records import ModelRecords

MOST_BYTES, MOST_ROWS = 8 * 2**20, 100_000
"""Of one file."""
READ, OTHERS = (".xlsx", ".csv"), (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".tsv")
"""Suffixes of what is read, and of what an expert may send back instead."""
ELEMENTS = {"three_point_lower": 0, "three_point_upper": 1, "three_point_best": 2}
"""Of an answer, with their place among lowest, highest and best guess."""
NEEDED = ("round", "paper_id", "user_name", "element", "value")
"""Columns that are read; `question` and `group` may stand beside them."""
ROUNDS: dict[str, Round] = {"round_1": 1, "1": 1, "round_2": 2, "2": 2}
USUAL_SURE = 80.0
"""Assumption: how sure experts are, in percent, where a table asks nobody: the cover to which IDEA brings answers."""


@dataclass(frozen=True)
class Returned:
    """What came back. about: per expert the role, and what could sway them, as they wrote it; notes: of what was left
    out or assumed."""

    answers: tuple[ExpertAnswer, ...]
    about: Mapping[str, tuple[str, str]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LongTable:
    """A table's rows with the line of each, by column. shown: how errors name it."""

    shown: str
    name: str
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    others: Mapping[str, int]
    """How many rows of other elements there are."""


def read_folder(folder: Path, elicitation: Elicitation) -> Returned:
    """All answers in a folder. Raises BadInput with everything that is wrong in any file, by sheet and cell."""
    answers: list[ExpertAnswer] = []
    about: dict[str, tuple[str, str]] = {}
    notes: list[str] = []
    problems: list[Problem] = []
    forms: dict[tuple[str, Round], Path] = {}
    for path in _files(folder):
        try:
            found = _read(path, elicitation)
        except BadInput as error:
            problems += error.problems
            continue
        if isinstance(found, LongTable):
            read, wrong = answers_of(found, elicitation)
            answers += read
            problems += wrong
            notes += _notes(found, read)
            continue
        answers += found.answers()
        problems += found.problems
        if (place := (found.expert, found.round)) in forms and not found.problems:
            message = f"is a second form of {found.expert} for round {found.round}, beside {forms[place].name}"
            problems.append(Problem(str(path), 0, 0, "", f"{message}; take one of them away"))
        forms.setdefault(place, path)
        before = about.get(found.expert, ("", ""))
        about[found.expert] = (found.about[0] or before[0], found.about[1] or before[1])
    problems += _twice(answers) if not problems else []
    if problems:
        raise BadInput(problems)
    for number in sorted({answer.round for answer in answers}):
        heard = {answer.expert for answer in answers if answer.round == number}
        if silent := [expert.name for key, expert in elicitation.experts.items() if key not in heard]:
            notes.append(f"round {number}: no answers of {listed(silent)}")
    return Returned(tuple(answers), about, tuple(notes))


def tables_in(folder: Path) -> list[LongTable]:
    """The long tables of a folder that holds no forms. Raises BadInput."""
    tables = [found for path in _files(folder) if isinstance(found := _read(path, None), LongTable)]
    if not tables:
        raise BadInput.at(folder, "holds forms, and no elicitation.yaml that says what was asked; keep them together")
    return tables


def asked_in(
    tables: Sequence[LongTable], records: ModelRecords, ask: Callable[[Sequence[str]], tuple[Question, ...]]
) -> Elicitation:
    """What was asked, where only tables tell: `paper_id` names numbers of the model. Raises BadInput.

    ask: words the questions. Letters go by the hash of the names, which in such tables are invented ones already.
    """
    numbers, problems = askable(records), []
    asked: set[str] = set()
    names: dict[str, None] = {}
    for table in tables:
        for line, row in table.rows:
            number, name = row.get("paper_id", ""), row.get("user_name", "")
            if number not in numbers and number not in asked:
                message = f"no number {number!r} that a statement could move{nearest(number, numbers)}"
                problems.append(Problem(table.shown, line, 1, "paper_id", message))
            if name and name not in names and (fault := unprintable(name)):
                problems.append(Problem(table.shown, line, 1, "user_name", fault))
            asked.add(number)
            names[name] = None
    if problems:
        raise BadInput(problems)
    users = {slug(name): name for name in names}
    if not 1 <= len(users) <= MOST_EXPERTS:
        raise BadInput.at(tables[0].shown, f"has answers of {len(users)} experts; 1 to {MOST_EXPERTS} are read")
    by_lot = sorted(users, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    experts = {key: Expert(name=users[key] or "?", letter=LETTERS[by_lot.index(key)]) for key in sorted(users)}
    return Elicitation(model=records.name, experts=experts, questions=ask([key for key in numbers if key in asked]))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInput.at(folder, "is no folder; name the one that the forms lie in")
    # What a spreadsheet program keeps beside an open file begins with ~ or a dot.
    found = sorted(
        path for path in folder.iterdir() if path.name[0] not in "~." and path.suffix.lower() in READ + OTHERS
    )
    if other := [path for path in found if path.suffix.lower() in OTHERS]:
        message = "is a spreadsheet of another kind; open it, and save it as .xlsx"
        raise BadInput([Problem(str(path), 0, 0, "", message) for path in other])
    if not found:
        raise BadInput.at(folder, "holds no form (.xlsx) and no table (.csv); put what the experts sent back into it")
    return found


def _read(path: Path, elicitation: Elicitation | None) -> Form | LongTable:
    if path.suffix.lower() == ".csv":
        text = whole_text(file_bytes(path, MOST_BYTES, "name the folder that it lies in"), str(path))
        head = text.partition("\n")[0]
        # Spreadsheet programs write the sign that the system's language parts lists with.
        parted = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
        try:
            return _table(enumerate(parted, 1), str(path), path.name)
        except csv.Error as error:
            raise BadInput.at(path, f"is no table that can be read: {error}", parted.line_num) from None
    require("Reading .xlsx", "openpyxl")
    if (size := path.stat().st_size) > MOST_BYTES:
        raise BadInput.at(path, f"the file has {size:,} bytes; at most {MOST_BYTES:,} are read")
    has_formulas = looked_through(path)
    with opened(path) as book, opened(path, formulas=has_formulas) as beneath:
        if {FIRST, QUESTIONS} <= set(book.sheetnames):
            if elicitation is None:
                raise BadInput.at(path, "is a form, and no elicitation.yaml beside it says what was asked")
            return Form(path, book, beneath, elicitation)
        sheet = book.worksheets[0]
        rows = (["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
        return _table(enumerate(rows, 1), f"{path}[{sheet.title}]", path.name)


def _table(rows: Iterator[tuple[int, Sequence[str]]], shown: str, name: str) -> LongTable:
    heads = [cell.strip() for cell in next(rows, (1, ()))[1]]
    if missing := [column for column in NEEDED if column not in heads]:
        form = f"a form, with the sheets “{FIRST}” and “{QUESTIONS}”"
        message = f"is neither {form}, nor a long table, with the columns {', '.join(NEEDED)}"
        raise BadInput.at(shown, f"{message}; row 1 lacks {', '.join(missing)}", 1)
    found: list[tuple[int, Mapping[str, str]]] = []
    others: Counter[str] = Counter()
    for line, row in islice(rows, MOST_ROWS + 1):
        if line > MOST_ROWS:
            raise BadInput.at(shown, f"has more than {MOST_ROWS:,} rows", line)
        cells = {head: cell.strip() for head, cell in zip(heads, row, strict=False)}
        if cells.get("element", "") in ELEMENTS:
            found.append((line, cells))
        elif any(cells.values()):
            others[cells.get("element", "") or "no element"] += 1
    return LongTable(shown, name, tuple(found), others)


def answers_of(table: LongTable, elicitation: Elicitation) -> tuple[list[ExpertAnswer], list[Problem]]:
    """The answers of a long table, and all that is wrong in it, by line."""
    problems: list[Problem] = []
    by_answer: dict[tuple[Round, str, str], dict[int, tuple[int, float | None]]] = {}
    experts = {slug(name): key for key, expert in elicitation.experts.items() for name in (key, expert.name)}
    for line, row in table.rows:

        def tell(column: str, message: str, line: int = line) -> None:
            problems.append(Problem(table.shown, line, 1, column, message))

        number = ROUNDS.get(row.get("round", "").lower().replace(" ", "_"))
        question, expert = elicitation.question(row.get("paper_id", "")), experts.get(slug(row.get("user_name", "")))
        place = ELEMENTS[row["element"]]
        if number is None:
            tell("round", f"{row.get('round', '')!r} is no round; it is round_1 or round_2")
        if question is None:
            known = [name for asked in elicitation.questions for name in (asked.id, asked.number)]
            tell(
                "paper_id",
                f"no question {row.get('paper_id', '')!r} was asked{nearest(row.get('paper_id', ''), known)}",
            )
        if expert is None:
            user = row.get("user_name", "")
            tell("user_name", f"no expert {user!r} was asked{nearest(user, elicitation.experts)}")
        value = None
        try:
            value = number_in(row.get("value", ""))
        except ValueError as error:
            tell("value", f"{ANSWERS[place]}: {error}")
        if number is None or question is None or expert is None:
            continue
        values = by_answer.setdefault((number, expert, question.id), {})
        if place in values:
            tell("element", f"{row['element']} of {expert} to {question.id} stands in line {values[place][0]} too")
        values[place] = (line, value)
    answers = []
    for (number, expert, name), values in by_answer.items():
        question = elicitation.question(name)
        assert question is not None
        first, about = min(line for line, _ in values.values()), f"{expert}, {name}"
        missing = [element for element, place in ELEMENTS.items() if place not in values]
        problems += [Problem(table.shown, first, 1, "element", f"{about}: has no row of {what}") for what in missing]
        read = {place: (line, value) for place, (line, value) in values.items() if value is not None}
        if len(read) < len(ELEMENTS):
            continue
        low, high, best = (read[place][1] for place in range(3))
        wrong = list(flaws((low, high, best, USUAL_SURE), question))
        for place, message in wrong:
            line = read[place][0] if place in read else first
            problems.append(Problem(table.shown, line, 1, "value", f"{about}, {ANSWERS[place]}: {message}"))
        if not wrong:
            where = f"{table.name}, line {first}"
            answers.append(ExpertAnswer(number, expert, question, low, high, best, USUAL_SURE, "", where, assumed=True))
    return answers, problems


def _notes(table: LongTable, answers: Sequence[ExpertAnswer]) -> Iterator[str]:
    if answers:
        assumed = f"all are taken to be {USUAL_SURE:g} % sure (assumption)"
        yield f"{table.name}: nobody was asked how sure they are; {assumed}"
    if table.others:
        kinds = ", ".join(f"{counted(count, 'row')} of {kind}" for kind, count in sorted(table.others.items()))
        yield f"{table.name}: left out, since they are no three-point answers: {kinds}"
    values = [answer.high for answer in answers if answer.question.unit == "percent"]
    if values and max(values) <= 1:
        yield f"{table.name}: no value is above 1; they were read as percent, so check that they are no fractions"


def _twice(answers: Sequence[ExpertAnswer]) -> Iterator[Problem]:
    """An expert answers a question once in a round."""
    seen: dict[tuple[int, str, str], ExpertAnswer] = {}
    for answer in answers:
        key = (answer.round, answer.expert, answer.question.id)
        if key in seen:
            message = f"{answer.expert} answers {answer.question.id} of round {answer.round} here and in"
            yield Problem(answer.where, 0, 0, "", f"{message} {seen[key].where}; keep one of them")
        seen.setdefault(key, answer)
