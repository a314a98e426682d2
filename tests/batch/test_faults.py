"""Tables that others' programs write, or that are damaged: each is answered in full, or refused in one message."""

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tocsin
from tests.batch.conftest import answer
from tests.batch.test_tables import put, rows_of, rows_of_rejected
from tests.conftest import ROOT, SMALL
from tocsin.batch import open_table
from tocsin.batch.chunks import LONGEST
from tocsin.batch.columns import MOST_COLUMNS
from tocsin.batch.text_files import CsvFile, JsonlFile
from tocsin.errors import BadInput

TABLES = ROOT / "tests" / "data" / "tables"
FORMS = ("csv", "jsonl", "parquet")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "rows"),
    [("row-groups", 6), ("empty-column", 4), ("large-strings", 4), ("unsigned", 2), ("unsigned-likelihood", 4)],
)
def test_ordinary_parquet_is_answered_in_every_form(tiny, tmp_path, form, name, rows):
    out = tmp_path / f"out.{form}"
    summary = answer(tiny, TABLES / f"{name}.parquet", out)
    assert (summary.rows, summary.rejects, summary.errors) == (rows, 0, 0)
    given, found = pq.read_table(TABLES / f"{name}.parquet").to_pylist(), rows_of(out)
    kept = [{key: row[key] for key in given[0]} for row in found]
    if form == "csv":
        given = [{key: "" if cell is None else str(cell) for key, cell in row.items()} for row in given]
    assert kept == given
    assert all(0 < float(row["P(late)"]) <= 1 for row in found)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("binary", "column 'id': holds binary; text, numbers or dates are needed"),
        ("odd-integers", "is no readable Parquet file: Integers with less than 8 bits"),
        ("odd-names", "is no readable Parquet file: the names in it are not UTF-8"),
        ("odd-text", "row 3: column 'storm': is not UTF-8 text"),
        ("damaged", "is no readable Parquet file: Couldn't deserialize"),
    ],
)
def test_damaged_parquet_is_refused(tiny, tmp_path, name, told):
    with pytest.raises(BadInput, match=re.escape(told)):
        answer(tiny, TABLES / f"{name}.parquet", tmp_path / "out.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("coded", [False, True], ids=["plain", "distinct values"])
def test_text_that_is_not_utf8_is_found_in_its_row(tiny, tmp_path, coded):
    bad = pa.array([b"yes", b"no", b"\xff"], pa.binary()).cast(pa.string(), safe=False)
    texts = bad.dictionary_encode() if coded else bad
    pq.write_table(pa.table({"id": [1, 2, 3, 4], "storm": texts.take(pa.array([1, 0, 2, 0]))}), tmp_path / "in.parquet")
    with pytest.raises(BadInput, match="row 3: column 'storm': is not UTF-8 text"):
        answer(tiny, tmp_path / "in.parquet", tmp_path / "out.csv")


@pytest.mark.parametrize("form", FORMS)
def test_ids_of_all_kinds_are_carried_through(tiny, tmp_path, form):
    import datetime as dt

    columns = {
        "date": pa.array([dt.date(2024, 12, 1), None]),
        "time": pa.array([dt.time(1, 2), None]),
        "stamp": pa.array([dt.datetime(9999, 12, 31, 23), None], pa.timestamp("s")),
        "early": pa.array([-(2**62), 2**62], pa.timestamp("ns")),
        "exact": pa.array([Decimal("1.10"), None]),
        "truth": pa.array([True, None]),
        "half": pa.array([1.5, None], pa.float16()),
        "coded": pa.array([7, None]).dictionary_encode(),
    }
    for name, ids in columns.items():
        pq.write_table(pa.table({"id": ids, "storm": ["yes", "nope"]}), tmp_path / "in.parquet")
        out = tmp_path / f"{name}.{form}"
        summary = answer(tiny, tmp_path / "in.parquet", out)
        assert (summary.rows, summary.rejects) == (1, 1)
        assert rows_of(out)[0]["id"] is not None
        assert "no state 'nope'" in rows_of_rejected(out)[0]["reason"]


def test_the_files_of_a_folder_may_differ_in_how_they_were_written(tiny, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.table({"storm": pa.nulls(2), "late=yes": [1, 2]}), folder / "a.parquet")
    pq.write_table(pa.table({"storm": ["yes", "no"], "late=yes": [0.5, None]}), folder / "b.parquet")
    pq.write_table(pa.table({"storm": pa.array(["yes"]).dictionary_encode(), "late=yes": [None]}), folder / "c.parquet")
    for form in FORMS:
        out = tmp_path / f"out.{form}"
        assert answer(tiny, folder, out).rows == 5
        assert [row["storm"] or None for row in rows_of(out)] == [None, None, "yes", "no", "yes"]
    pd.DataFrame({"storm": [np.nan], "late=yes": [1]}).to_parquet(folder / "d.parquet")
    assert answer(tiny, folder, tmp_path / "out.csv").rows == 6
    assert answer(tiny, folder / "d.parquet", tmp_path / "out.csv").rows == 1
    pq.write_table(pa.table({"storm": [1], "late=yes": [1]}), folder / "d.parquet")
    with pytest.raises(BadInput, match=r"d.parquet: column 'storm': holds another type than in .*a.parquet"):
        _ = open_table(folder).schema
    put(folder, "storm,late=yes\nyes,1\n", "d.csv")
    (folder / "d.parquet").unlink()
    with pytest.raises(BadInput, match=r"d.csv: column 'late=yes': holds another type"):
        _ = open_table(folder).schema


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "\\ud800", "storm": "yes"}', r"'id': \ud800 is half a character"),
        ('{"\\ud800": 1}', r"'\ud800': \ud800 is half a character"),
        ('{"storm": "yes", "storm": "no"}', "'storm' stands twice"),
        ("[" * 20_000, "is nested too deeply"),
        ('{"late=yes": -Infinity}', "-Infinity is no number"),
        ('{"late=yes": 1e999}', "'late=yes': the number is too large"),
        ('{"late=yes": ' + "9" * 5000 + "}", "a number of 5,000 digits is too long"),
        ('{"storm": true}', "'storm': true is neither text nor a number"),
    ],
)
def test_a_line_of_json_that_means_nothing_is_rejected_alone(tiny, tmp_path, line, told):
    path = put(tmp_path, f'{{"id": 1, "storm": "yes"}}\n{line}\n', "in.jsonl")
    out = tmp_path / "out.jsonl"
    summary = answer(tiny, path, out)
    assert (summary.rows, summary.rejects) == (1, 1)
    assert told in rows_of_rejected(out)[0]["reason"]
    with pytest.raises(BadInput) as error:
        answer(tiny, put(tmp_path, line, "only.jsonl"), out)
    assert f"only.jsonl:1:1: {told}" in str(error.value)


@pytest.mark.parametrize(
    "ids", [[2**53 + 1, 0.5], [10**30, 1], [2**63, -1], [2**53 + 1, 2**53 + 2], [1, 2.5], [-(2**63), 0]]
)
def test_no_whole_number_changes(tiny, tmp_path, ids):
    path = put(
        tmp_path, "".join(json.dumps({"id": n, "storm": "yes", "late=yes": abs(n)}) + "\n" for n in ids), "in.jsonl"
    )
    for form in ("jsonl", "parquet"):
        assert answer(tiny, path, tmp_path / f"out.{form}").rows == 2
        found = [row["id"] for row in rows_of(tmp_path / f"out.{form}")]
        assert [str(n) for n in found] == [str(n) for n in ids] or found == ids


def test_a_quote_or_a_cr_never_moves_a_row(tiny, tmp_path):
    """Rows that pyarrow would cut elsewhere than at the ends of lines that are counted."""
    for text in ('x"y,"abc\ndef"\ng"h,yes\n', "1,yes\r2,no\n\r\r\n", '"1"",yes\n2,no\n'):
        with pytest.raises(BadInput, match=r"rows.csv:[23]:1: a (quote|CR) "):
            answer(tiny, put(tmp_path, f"id,storm\n{text}"), tmp_path / "out.csv")
    text = 'id,storm\n"a"b,yes\n"c" "d, e",no\n"f\n""g""",\n'
    (part,) = CsvFile(put(tmp_path, text)).parts(10)
    assert part.table["id"].to_pylist() == ["ab", 'c "d', 'f\n"g"'] or part.torn
    assert len(part.lines) + len(part.torn) == 3


def test_bad_utf8_beside_a_wrong_number_of_cells(tiny, tmp_path, capfd):
    with pytest.raises(BadInput, match=r"rows.csv:3:1: is not UTF-8 text"):
        answer(tiny, put(tmp_path, b"id,storm\n1,yes\n\xff,yes,3\n4,no\n"), tmp_path / "out.csv")
    assert capfd.readouterr().err == ""


def test_a_wide_or_long_table_is_refused_before_it_fills_the_memory(tiny, tmp_path):
    wide = ",".join(f"x{n}" for n in range(MOST_COLUMNS + 1))
    with pytest.raises(BadInput, match="has more than 10,000 columns"):
        CsvFile(put(tmp_path, wide + "\n"))
    with pytest.raises(BadInput, match="has more than 10,000 columns"):
        JsonlFile(put(tmp_path, json.dumps(dict.fromkeys(wide.split(","), 1)), "wide.jsonl"))
    for name, text in (
        ("long.csv", f'id,storm\n"{"x" * LONGEST}",yes\n'),
        ("long.jsonl", f'{{"id": "{"x" * LONGEST}"}}'),
    ):
        with pytest.raises(BadInput, match=r"is longer than 4,194,304 bytes"):
            answer(tiny, put(tmp_path, text, name), tmp_path / "out.csv")
    with pytest.raises(BadInput) as error:
        answer(tiny, put(tmp_path, wide[: wide.index("x400")] + "\n"), tmp_path / "out.csv")
    assert len(error.value.problems) == 21
    assert "and more columns" in str(error.value)


def test_parts_of_long_texts_have_fewer_rows(tmp_path, monkeypatch):
    for module in ("text_files", "parquet_files"):
        monkeypatch.setattr(f"tocsin.batch.{module}.PART_BYTES", 1000)
    texts = [f"{n}" * 300 for n in range(10)] + ["x"] * 10
    frame = pd.DataFrame({"id": texts, "storm": "yes"})
    frame.to_csv(tmp_path / "in.csv", index=False)
    frame.to_json(tmp_path / "in.jsonl", orient="records", lines=True)
    frame.to_parquet(tmp_path / "in.parquet")
    for form in FORMS:
        parts = list(open_table(tmp_path / f"in.{form}").parts(100))
        assert [text for part in parts for text in part.table["id"].to_pylist()] == texts
        assert [line for part in parts for line in part.lines.tolist()] == [
            n + (2 if form == "csv" else 1) for n in range(20)
        ]
        assert len(parts) > 2
        assert max(sum(map(len, part.table["id"].to_pylist())) for part in parts) < 1500


def test_a_parquet_file_of_few_huge_cells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tocsin.batch.parquet_files.MOST_BYTES", 10_000)
    pq.write_table(
        pa.table({"id": ["x" * 9000 + str(n) for n in range(3)]}), tmp_path / "in.parquet", use_dictionary=False
    )
    with pytest.raises(BadInput, match=r"a row group takes 27,\d+ bytes; write smaller ones"):
        open_table(tmp_path / "in.parquet")
    pq.write_table(pa.table({"late=yes": np.arange(5000.0)}), tmp_path / "in.parquet")
    assert open_table(tmp_path / "in.parquet").rows == 5000


def test_pandas_columns_of_all_kinds():
    session = tocsin.load(SMALL, draws=64)
    for cells in ([None, None], [float("nan"), pd.NA], pd.Series([None, None], dtype="Int64"), [pd.NaT, None]):
        answers = session.batch(pd.DataFrame({"storm": pd.Series(cells, dtype=object), "late=yes": cells}))
        assert answers["P(late)"].notna().all()
    huge = session.batch(pd.DataFrame({"late=yes": [10**30, 1], "late=no": [10**30, 1]}))
    assert huge["P(late)"][0] == pytest.approx(huge["P(late)"][1], abs=1e-12)
    for frame, told in [
        (pd.DataFrame([["yes", "no"]], columns=["storm", "storm"]), "column 'storm': stands twice"),
        (pd.DataFrame(), "has no columns"),
        (pd.DataFrame([["yes"]]), "column 0: is no text"),
        (pd.DataFrame({"storm": ["yes", 1]}), "row 2: storm: storm has no state '1'"),
        (pd.DataFrame({"storm": pd.Series(["\ud800"], dtype=object)}), "storm has no state"),
        (pd.DataFrame({"storm": [["yes"]]}), "holds list"),
        (pd.DataFrame({"storm": [{"a": 1}, "x"]}), "storm has no state"),
        (pd.DataFrame({"late=yes": [True]}), "holds bool"),
        (pd.DataFrame({"p_evidence": [1], "storm": "yes"}), "no variable 'p_evidence'"),
    ]:
        with pytest.raises(BadInput, match=re.escape(told)):
            session.batch(frame)


def test_columns_of_one_s_own_come_back_as_they_were():
    session = tocsin.load(SMALL, draws=64)
    own = [object(), "mixed", 10**40]
    frame = pd.DataFrame({"id": own, "note": own, "storm": ["yes", None, "no"]}, index=[5, 5, 6])
    answers = session.batch(frame, keep=["note"])
    pd.testing.assert_frame_equal(answers[["id", "note", "storm"]], frame)
    assert list(session.batch(frame[["id"]])["P(late)"].notna()) == [True] * 3
    table = pa.table({"id": [b"\xff"], "note": [[1]], "storm": ["yes"]})
    assert session.batch(table, keep="note").select(["id", "note", "storm"]) == table
    assert session.batch(frame[["storm"]], targets="storm").shape == (3, 5)
    with pytest.raises(BadInput, match="no variable 'note'; `tocsin batch --keep note` carries it through; allowed: "):
        session.batch(frame)
    with pytest.raises(BadInput, match="has no column 'notes' to keep; did you mean 'note'"):
        session.batch(frame, keep=["notes"])
    with pytest.raises(BadInput, match="column 'storm': says something about the model"):
        session.batch(frame, keep=["note", "storm"])
    with pytest.raises(BadInput, match="column 'error': the answers have a column of this name"):
        session.batch(frame.rename(columns={"note": "error"}), keep=["error"])


def test_a_file_name_that_is_not_utf8(tiny, tmp_path):
    for suffix, text in ((".csv", "storm\nyes\nnope\n"), (".jsonl", '{"storm": "yes"}\n{"storm": "nope"}')):
        path = Path(os.fsdecode(bytes(tmp_path) + b"/in\xff" + suffix.encode()))
        path.write_text(text, "utf-8")
        out = Path(os.fsdecode(bytes(tmp_path) + b"/out\xff" + suffix.encode()))
        assert answer(tiny, path, out).rows == 1
        assert rows_of_rejected(out)[0]["file"].endswith(r"in\xff" + suffix)
    frame = pd.DataFrame({"storm": ["yes"]})
    path = Path(os.fsdecode(bytes(tmp_path) + b"/in\xff.parquet"))
    with path.open("wb") as file:
        frame.to_parquet(file)
    assert answer(tiny, path, path.with_name(path.name.replace("in", "out"))).rows == 1


def test_a_report_without_its_mark_is_hinted_at(tiny, tmp_path):
    out = tmp_path / "out.csv"
    answer(tiny, put(tmp_path, "storm\nyes:A2\nyes\n"), out)
    assert rows_of_rejected(out)[0]["reason"].endswith("has a grade, so it is a report; these begin with ~: '~yes:A2'")


def test_nan_says_nothing_in_json_too(tiny, tmp_path):
    out = tmp_path / "out.jsonl"
    answer(tiny, put(tmp_path, '{"late=yes": NaN}\n{"late=yes": null}\n{"late=yes": 0.5}\n', "in.jsonl"), out)
    p = [row["P(late)"] for row in rows_of(out)]
    assert p[0] == p[1] != p[2]


@pytest.mark.slow
def test_what_a_damaged_file_says_of_its_columns_ends_no_process(tmp_path):
    """pyarrow ends the process where one asks for it."""
    frame = pd.DataFrame({"storm": ["yes", "no"] * 20, "late=yes": np.arange(40.0)})
    frame.to_parquet(tmp_path / "good.parquet")
    content = (tmp_path / "good.parquet").read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    code = (
        "import sys; from pathlib import Path; from tocsin.batch import open_table; from tocsin.errors import BadInput\n"
        "path, start = Path(sys.argv[1]), int(sys.argv[2]); content = path.read_bytes(); bad = path.with_name('bad.parquet')\n"
        "for place in range(start, len(content) - 8):\n"
        "    for byte in (0, 255):\n"
        "        bad.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])\n"
        "        try: [part for part in open_table(bad).parts(100)]\n"
        "        except BadInput: pass\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "good.parquet"), str(start)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (result.returncode, result.stderr) == (0, "")
