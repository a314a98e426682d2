"""Headers and cells, files of every form, what is refused and what is rejected."""

import csv
import io
import json
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.batch.conftest import answer, baseline, written
from tocsin.batch import encoding, text_files
from tocsin.batch.text_files import CsvFile
from tocsin.elicitation.lexicon import words_of
from tocsin.errors import BadInput

HEADER = "id,storm,do.road,late=yes\n"


def rows_of(path):
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".csv":
        return csv_rows(path)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def csv_rows(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def put(folder, text, name="rows.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_same_rows_in_every_form_get_the_same_answers(tiny, tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "storm": ["yes", None, "~yes:B2", "no:30%|yes:70%"],
            "do.road": [None, "closed", None, None],
            "late=yes": [None, 2.5, None, 0.25],
        }
    )
    frame.to_csv(tmp_path / "in.csv", index=False)
    frame.to_parquet(tmp_path / "in.parquet")
    frame.astype({"storm": "category"}).to_parquet(tmp_path / "category.parquet")
    frame.to_json(tmp_path / "in.jsonl", orient="records", lines=True)
    seen = []
    for given in ("in.csv", "in.parquet", "category.parquet", "in.jsonl"):
        for form in ("csv", "parquet", "jsonl"):
            out = tmp_path / f"{given}.out.{form}"
            summary = answer(tiny, tmp_path / given, out)
            assert (summary.rows, summary.rejects, summary.errors) == (4, 0, 0)
            rows = rows_of(out)
            assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
            seen.append([float(row["P(late)"]) for row in rows])
            assert list(rows[0])[:4] == list(frame.columns)
    assert all(one == seen[0] for one in seen)
    assert len(set(seen[0])) == 4


def test_bom_crlf_quoted_newlines_blank_lines_and_no_last_newline(tiny, tmp_path):
    text = "\ufeff" + 'id,storm\r\n"two\r\nlines, ""quoted""",yes\r\n\r\n3,"no"\r\n4,nope\r\nlast,'
    out = tmp_path / "out.csv"
    summary = answer(tiny, put(tmp_path, text), out)
    assert (summary.rows, summary.rejects) == (3, 1)
    assert [row["id"] for row in rows_of(out)] == ['two\r\nlines, "quoted"', "3", "last"]
    (refused,) = rows_of_rejected(out)
    assert refused["line"] == "6"
    assert refused["reason"] == "storm: storm has no state 'nope'; did you mean 'no'?"
    assert json.loads(refused["row"]) == {"id": "4", "storm": "nope"}


def test_lines_are_right_whatever_the_parts_and_blocks_are(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("tocsin.batch.text_files.BLOCK", 64)
    lines = ["id,storm"]
    wanted = {}
    for number in range(300):
        cell = f'"x\n{number}"' if number % 7 == 0 else str(number)
        wanted[cell.strip('"')] = sum(line.count("\n") + 1 for line in lines) + 1
        lines.append(f"{cell},yes")
        if number % 11 == 0:
            lines.append("")
    path = put(tmp_path, "\n".join(lines))
    for size in (1, 7, 1000):
        found = {}
        for part in CsvFile(path).parts(size):
            found |= dict(zip(part.table["id"].to_pylist(), part.lines.tolist(), strict=True))
        assert found == wanted


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,storm\n1,yes\n".encode("utf-16"), "1:1: is UTF-16, not UTF-8 text; save it as UTF-8"),
        ("id,storm\n1,yes\n".encode("utf-16-le"), "is UTF-16"),
        (b"id,storm\n1,yes\n\xe9,no\n", "3:1: is not UTF-8"),
        (b"", "is empty"),
        (b"id;storm\n1;yes\n", "its cells are separated by ';'"),
        (b"id,storm\r1,yes\r", "1:1: a CR stands alone"),
        (b'id,storm\n1,"yes\n2,no\n', "2:1: a quote is opened in this row and never closed"),
        (b'id,storm\n1 "one",yes\n"2\n",no\n', None),
        (b'id,storm\n5" gun,yes\n"2\n",no\n', "double its quotes"),
        (b"id,storm,storm\n", "column 'storm': stands twice"),
        (b"id,\n", "column ''"),
        (b"do.rain,storm=maybe,parameter.x\n", "do.rain': no variable 'rain'"),
    ],
)
def test_csv_that_cannot_be_read_says_where_and_why(tiny, tmp_path, content, told):
    path = put(tmp_path, content)
    if told is None:
        assert answer(tiny, path, tmp_path / "out.csv").rows == 2
        return
    with pytest.raises(BadInput, match=re.escape(told)):
        answer(tiny, path, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_many_columns_with_an_unknown_one_are_refused_before_the_first_row(iraq, tmp_path):
    states = [f"{name}={state}" for name, each in iraq.network.states.items() for state in each]
    names = [*iraq.network.variables, *(f"do.{name}" for name in iraq.network.variables), *states]
    names += [f"parameter.{key}" for key in iraq.priors.by_key if key != "target.rows.1"][: 199 - len(names)]
    header = [*names[:150], "isreali_strike", *names[150:]]
    assert len(header) > 190
    path = put(tmp_path, ",".join(header) + "\n" + "this row is never read\n" * 3)
    with pytest.raises(BadInput) as error:
        answer(iraq, path, tmp_path / "out.csv")
    told = [problem for problem in error.value.problems if "isreali" in problem.path]
    assert "did you mean 'israeli_strike'?" in told[0].message
    assert (told[0].line, told[0].column) == (1, 151)
    assert [file.name for file in tmp_path.iterdir()] == ["rows.csv"]


BAD_CELLS = [
    ("yess", "", "", "did you mean 'yes'?"), ("~yes:Z9", "", "", "write ~state:grade"),
    ("yes:70%|no:20%", "", "", "sums to 0.9"), ("", "flooded", "", "road has no state 'flooded'"),
    ("", "", "inf", "is not a number"), ("", "", "-1", "a likelihood is at least 0"), ("yes", "closed", "1", None),
]  # fmt: skip


def test_malformed_rows_are_rejected_with_their_line_and_reason(tiny, tmp_path):
    lines = [f"{place},{','.join(cells)}" for place, (*cells, _) in enumerate(BAD_CELLS)]
    path = put(tmp_path, HEADER + "\n".join([*lines, "7,yes", "8,yes,closed,1,2"]) + "\n")
    out = tmp_path / "out.jsonl"
    summary = answer(tiny, path, out)
    assert (summary.rows, summary.rejects) == (1, len(BAD_CELLS) + 1)
    refused = rows_of_rejected(out)
    for place, (*_, why) in enumerate(BAD_CELLS[:-1]):
        assert refused[place]["line"] == str(place + 2)
        assert why in refused[place]["reason"]
    assert "has 2 cells, not 4" in refused[-2]["reason"]
    assert "has 5 cells, not 4" in refused[-1]["reason"]
    assert rows_of(out)[0]["id"] == "6"


def rows_of_rejected(out):
    return csv_rows(out.with_name(f"{out.name}.rejected"))


def test_one_row_cannot_force_and_see_a_variable(tiny, tmp_path):
    path = put(tmp_path, "road,do.road,late=no,late=yes\nslow,closed,,\n,closed,,\nslow,,0,0\n")
    out = tmp_path / "out.csv"
    assert answer(tiny, path, out).rows == 1
    refused = rows_of_rejected(out)
    assert "road is forced and has evidence too" in refused[0]["reason"]
    assert "needs at least one number above 0" in refused[1]["reason"]


def test_strict_stops_at_the_first(tiny, tmp_path):
    path = put(tmp_path, "storm\nyes\nnope\nworse\n")
    with pytest.raises(BadInput, match=r"rows.csv:3:1: storm: storm has no state 'nope'"):
        answer(tiny, path, tmp_path / "out.csv", strict=True)
    assert [file.name for file in tmp_path.iterdir()] == ["rows.csv"]


def test_jsonl_that_means_nothing(tiny, tmp_path):
    lines = ['{"storm": "yes"}', "", "{", "[1]", '{"storm": ["yes"]}', '{"id": 7, "storm": null}']
    out = tmp_path / "out.jsonl"
    summary = answer(tiny, put(tmp_path, "\n".join(lines), "rows.jsonl"), out)
    assert (summary.rows, summary.rejects) == (2, 3)
    assert [row["line"] for row in rows_of_rejected(out)] == ["3", "4", "5"]
    assert [row["id"] for row in rows_of(out)] == [None, 7]
    with pytest.raises(BadInput, match="did you mean 'storm'"):
        answer(tiny, put(tmp_path, '{"storm": "yes"}\n{"stor": "no"}', "typo.jsonl"), out)


def test_parquet_columns_of_the_wrong_type_and_files_that_are_none(tiny, tmp_path):
    pq.write_table(pa.table({"storm": [1, 2], "late=yes": [[1.0], [2.0]]}), tmp_path / "wrong.parquet")
    with pytest.raises(BadInput, match=r"'late=yes': holds list(.|\n)*'storm': holds int64; text"):
        answer(tiny, tmp_path / "wrong.parquet", tmp_path / "out.csv")
    for name, told in (("a.parquet", "no readable Parquet"), ("a.txt", "is no batch table"), ("gone.csv", "no such")):
        if name != "gone.csv":
            put(tmp_path, "nothing", name)
        with pytest.raises(BadInput, match=told):
            answer(tiny, tmp_path / name, tmp_path / "out.csv")
    with pytest.raises(BadInput, match=r"must end in .parquet, .csv, .jsonl or .xlsx"):
        answer(tiny, put(tmp_path, "storm\nyes\n"), tmp_path / "out.xls")


def test_a_folder_of_files_is_one_table(tiny, tmp_path):
    folder = tmp_path / "rows"
    folder.mkdir()
    put(folder, "id,storm\n3,yes\n4,nope\n", "b.csv")
    put(folder, "id,storm\n1,no\n2,yes\n", "a.csv")
    put(folder, "not a table", "notes.txt")
    out = tmp_path / "out.csv"
    assert answer(tiny, folder, out).rows == 3
    assert [row["id"] for row in rows_of(out)] == ["1", "2", "3"]
    assert rows_of_rejected(out)[0]["file"].endswith("b.csv")
    put(folder, "id,road\n1,slow\n", "c.csv")
    with pytest.raises(BadInput, match="has other columns than"):
        answer(tiny, folder, out)


def test_the_scenario_s_own_variables_are_not_said_twice(tiny, tmp_path):
    base = written(tiny, tmp_path, "evidence: {storm: {observed: yes}}\nforced: {road: slow}\n")
    path = put(tmp_path, "storm,do.road,late\nyes,slow,no\n")
    with pytest.raises(BadInput, match=r"the scenario base sets storm already(.|\n)*sets road already"):
        answer(tiny, path, tmp_path / "out.csv", base=base)


def test_a_table_without_rows_gives_a_header(tiny, tmp_path):
    for form in ("csv", "parquet", "jsonl"):
        out = tmp_path / f"out.{form}"
        assert answer(tiny, put(tmp_path, "id,storm\n"), out).rows == 0
        assert rows_of(out) == []
    assert (tmp_path / "out.csv").read_text("utf-8").startswith("id,storm,P(late),word(late),")
    assert pq.read_schema(tmp_path / "out.parquet").names[:2] == ["id", "storm"]


def test_formulas_come_out_inert_in_csv(tiny, tmp_path):
    cells = ["=cmd|' /C calc'!A0", "+1+A1", "-2-3", "@SUM(A1)", "\t=1", " =1", "＝1", "-5", "+1e3", "plain"]
    frame = pd.DataFrame({"id": cells, "storm": "yes"})
    frame.to_parquet(tmp_path / "in.parquet")
    out = tmp_path / "out.csv"
    answer(tiny, tmp_path / "in.parquet", out)
    assert [row["id"] for row in rows_of(out)] == [f"'{cell}" for cell in cells[:7]] + cells[7:]
    frame["storm"] = "=cmd"
    frame.to_parquet(tmp_path / "in.parquet")
    answer(tiny, tmp_path / "in.parquet", out)
    assert not any(cell.startswith("=") for row in rows_of_rejected(out) for cell in row.values())
    # Other forms are no spreadsheets, and keep what was given.
    frame["storm"] = "yes"
    frame.to_parquet(tmp_path / "in.parquet")
    answer(tiny, tmp_path / "in.parquet", tmp_path / "out.jsonl")
    assert [row["id"] for row in rows_of(tmp_path / "out.jsonl")] == cells


def test_json_lines_are_what_json_would_write(tiny, tmp_path):
    frame = pd.DataFrame({"id": ['quote " and \\', "line\nbreak", "ünï"], "storm": ["yes", None, "no"]})
    frame.to_parquet(tmp_path / "in.parquet")
    answer(tiny, tmp_path / "in.parquet", tmp_path / "out.jsonl")
    answer(tiny, tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert rows_of(tmp_path / "out.jsonl") == rows_of(tmp_path / "out.parquet")


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_words_are_written_in_every_form_and_once_in_parquet(form, tiny, tmp_path):
    out = tmp_path / f"out.{form}"
    answer(tiny, put(tmp_path, "storm,late\nno,\nyes,no\n,yes\n~yes:B2,\n"), out)
    rows = rows_of(out)
    words = words_of(tiny.records.lexicons[tiny.records.file.lexicon])
    assert [row["word(late)"] for row in rows] == [words.word(float(row["P(late)"])) for row in rows]
    assert len({row["word(late)"] for row in rows}) > 2
    if form == "parquet":
        column = pq.ParquetFile(out).metadata.row_group(0).column(3)
        assert (column.path_in_schema, column.has_dictionary_page) == ("word(late)", True)


def test_baseline_is_a_row_of_empty_cells(tiny, tmp_path):
    from tocsin.assessment import assess

    out = tmp_path / "out.parquet"
    answer(tiny, put(tmp_path, "id,storm\n1,\n2,  \n"), out)
    wanted = assess(tiny, baseline(tiny)).outcomes["late"].p
    assert [row["P(late)"] for row in rows_of(out)] == pytest.approx([wanted, wanted], abs=1e-15)


CELLS = (
    "1",
    "-0",
    "2.5",
    "-0.0",
    "1e5",
    "1e400",
    "NaN",
    "null",
    '"x"',
    '"2024-01-01"',
    '""',
    '"\\ud800"',
    '"é"',
    "true",
    "[]",
)
CELLS += (
    "9007199254740993",
    "9007199254740992",
    "99999999999999999999",
    "-9223372036854775808",
    "1.0",
    "01",
    '{"a": 1}',
)
SHAPES = ("%s", "%s", "%s", "%s\r", " %s", "%s %s", "", "  ", "\u2028", "%s // note", "1", "[%s]")


@pytest.mark.parametrize("seed", range(200))
def test_json_lines_read_by_arrow_are_those_read_one_by_one(tmp_path, monkeypatch, seed):
    random = np.random.default_rng(seed)
    pool, lines = random.choice(CELLS, 3), []
    for _ in range(random.integers(1, 9)):
        keys = random.choice(["a", "b", "é"], random.integers(0, 3), replace=random.random() < 0.05)
        row = "{" + ", ".join(f'"{key}": {random.choice(pool)}' for key in keys) + "}"
        lines.append(random.choice(SHAPES if random.random() < 0.2 else SHAPES[:1]).replace("%s", row))
    path = tmp_path / "rows.jsonl"
    path.write_bytes("\n".join(lines).encode() + b"\n"[seed % 2 :])

    def read():
        try:
            file = text_files.JsonlFile(path)
            parts = [(part.lines.tolist(), part.table.to_pylist(), part.torn) for part in file.parts(3)]
        except BadInput as error:
            return str(error)
        return file.schema, repr(parts)

    fast = read()
    monkeypatch.setattr(text_files, "_by_arrow", lambda piece, schema: None)
    assert read() == fast


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("ask", ["points", "intervals"])
def test_rows_that_repeat_are_answered_as_if_alone(tiny, tmp_path, form, ask):
    cells = (["yes", "nope", "no:40%|yes:60%", ""], ["", "slow"], ["", "no", "yes"])
    random = np.random.default_rng(3)
    lines = [f"{number},{','.join(random.choice(known) for known in cells)}" for number in range(80)]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["id,storm,do.road,late", *lines]) + "\n", "utf-8")
    together, alone = tmp_path / f"together.{form}", tmp_path / f"alone.{form}"
    counts = [
        (summary.rows, summary.rejects, summary.errors)
        for summary in (answer(tiny, path, together, ask=ask), answer(tiny, path, alone, ask=ask, part_rows=1))
    ]
    assert counts[0] == counts[1]
    assert counts[0][1] > 5
    assert rows_of(together) == rows_of(alone)
    if form != "parquet":
        assert together.read_bytes() == alone.read_bytes()


def test_rows_with_numbers_of_their_own_have_their_own_intervals(tiny, tmp_path):
    key = next(key for key, prior in tiny.priors.by_key.items() if getattr(prior, "kind", "") == "chance")
    rows = [f"{n},{0.2 + 0.4 * (n % 2)},{0.1 + n / 50},{1 - n / 50}" for n in range(40)]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join([f"id,parameter.{key},late=yes,late=no", *rows]) + "\n", "utf-8")
    together, alone = tmp_path / "together.csv", tmp_path / "alone.csv"
    answer(tiny, path, together, ask="intervals")
    answer(tiny, path, alone, ask="intervals", part_rows=1)
    assert rows_of(together) == rows_of(alone)


def test_plain_beliefs_are_read_as_one_by_one(tiny):
    cells = [f"no:{1 - n / 99:.12g}|yes:{n / 99:.12g}" for n in range(100)] + [
        "no:0.5|yes:0.6",
        "no:1.5|yes:0",
        "yes:1",
    ]
    found = encoding._plain_beliefs(cells, ["no", "yes"])
    assert np.isnan(found[-3:]).all()
    alone = [encoding.read_cell(cell, "storm", tiny).belief for cell in cells[:100]]
    np.testing.assert_array_equal(found[:100], alone)
