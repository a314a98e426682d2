"""Long tables of aggreCAT's kind are read as forms are."""

from __future__ import annotations

import openpyxl
import pytest

from tests.authoring.test_elicitations import ASKED, ASKED_OF
from tocsin.authoring.elicitation_tables import asked_in, read_folder, tables_in
from tocsin.errors import BadInput
from tocsin.files import load_model

HEAD = ["round", "paper_id", "user_name", "question", "element", "value", "group"]
NUMBER = "gates.shares.stuck"


def rows(expert="ann", number="round_1", values=(5, 20, 10), paper=NUMBER):
    elements = ("three_point_lower", "three_point_upper", "three_point_best")
    return [
        [number, paper, expert, "direct_replication", element, value, "g1"]
        for element, value in zip(elements, values, strict=True)
    ]


def table(folder, content, name="ratings.csv"):
    if name.endswith(".csv"):
        (folder / name).write_text("\n".join(",".join(map(str, row)) for row in [HEAD, *content]) + "\n")
        return
    book = openpyxl.Workbook()
    for row in [HEAD, *content]:
        book.active.append(row)
    book.save(folder / name)


@pytest.mark.parametrize("name", ["ratings.csv", "ratings.xlsx"])
def test_three_points_are_an_answer_and_the_rest_is_counted(tmp_path, name):
    others = [["round_1", NUMBER, "ann", "involved_binary", "binary_question", 1, "g1"]]
    table(tmp_path, [*rows(), *others, *rows("Ann Berg", "round_2", (8, 20, 12), "Q1")], name)
    returned = read_folder(tmp_path, ASKED)
    assert [(a.round, a.expert, a.low, a.high, a.best, a.sure, a.assumed) for a in returned.answers] == [
        (1, "ann", 5, 20, 10, 80, True),
        (2, "ann", 8, 20, 12, 80, True),
    ]
    assert returned.answers[0].where == f"{name}, line 2"
    assert returned.notes == (
        f"{name}: nobody was asked how sure they are; all are taken to be 80 % sure (assumption)",
        f"{name}: left out, since they are no three-point answers: 1 row of binary_question",
        "round 1: no answers of Bob",
        "round 2: no answers of Bob",
    )


def test_every_slip_is_told_by_line(tmp_path):
    content = [
        *rows(values=(30, 20, 10)),
        *rows("bob", values=("few", 20, 10)),
        *rows("bob", paper="Q2")[:2],
        *rows("cid", paper="gates.shares.shut")[:1],
        *rows("bob", "round_3", paper="Q2"),
    ]
    table(tmp_path, content)
    with pytest.raises(BadInput) as refused:
        read_folder(tmp_path, ASKED)
    told = str(refused.value).replace(f"{tmp_path}/", "").splitlines()
    assert told == [
        "ratings.csv:2:1: value: ann, Q1, lowest: 30 is above the highest, 20; are the two reversed?",
        "ratings.csv:5:1: value: lowest: 'few' is no number; write such as 5 or 12.5",
        "ratings.csv:8:1: element: bob, Q2: has no row of three_point_best",
        "ratings.csv:10:1: paper_id: no question 'gates.shares.shut' was asked; did you mean 'gates.shares.stuck'?",
        "ratings.csv:10:1: user_name: no expert 'cid' was asked; allowed: ann, bob",
        *(f"ratings.csv:{line}:1: round: 'round_3' is no round; it is round_1 or round_2" for line in (11, 12, 13)),
    ]


def test_a_table_of_a_program_that_speaks_german_is_read(tmp_path):
    rows_of = [[str(cell).replace("5", "2,5") for cell in row] for row in rows()]
    (tmp_path / "a.csv").write_text("\ufeff" + "\r\n".join(";".join(row) for row in [HEAD, *rows_of]), "utf-8")
    (found,) = read_folder(tmp_path, ASKED).answers
    assert (found.low, found.high, found.best) == (2.5, 20, 10)


def test_a_value_that_stands_twice_is_told(tmp_path):
    table(tmp_path, [*rows(), *rows()[:1]])
    with pytest.raises(BadInput, match=r"ratings\.csv:5:1: element: three_point_lower of ann to Q1 stands in line 2"):
        read_folder(tmp_path, ASKED)


def test_what_was_asked_is_told_by_the_table_where_there_are_no_forms(tmp_path):
    table(tmp_path, [*rows("u 17"), *rows("u 03", paper="inflow.at_least.high")])
    dam = load_model(ASKED_OF / "dam")
    question = ASKED.questions[0]

    def ask(numbers):
        return tuple(question.model_copy(update={"id": f"Q{k}", "number": n}) for k, n in enumerate(numbers, 1))

    asked = asked_in(tables_in(tmp_path), dam, ask)
    assert [question.number for question in asked.questions] == ["inflow.at_least.high", NUMBER]
    assert sorted(expert.letter for expert in asked.experts.values()) == ["A", "B"]
    assert len(read_folder(tmp_path, asked).answers) == 2
    table(tmp_path, rows(paper="gates.shares.shut"))
    with pytest.raises(BadInput, match=r"ratings\.csv:2:1: paper_id: no number 'gates\.shares\.shut'"):
        asked_in(tables_in(tmp_path), dam, ask)


@pytest.mark.parametrize(
    ("user", "message"),
    [
        ("u\x07", r"ratings\.csv:2:1: user_name: the character U\+0007 at place 2 cannot be printed"),
        ("u" * 200_000, r"ratings\.csv:2:1: is no table that can be read: field larger than field limit"),
    ],
)
def test_a_user_name_that_no_model_could_hold_is_told(tmp_path, user, message):
    table(tmp_path, rows(user))
    with pytest.raises(BadInput, match=message):
        asked_in(tables_in(tmp_path), load_model(ASKED_OF / "dam"), lambda numbers: ASKED.questions)
