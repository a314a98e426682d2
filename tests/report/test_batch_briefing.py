"""Briefings on the rows of a batch: every figure from the rows themselves, what varies, the ends, and verifying."""

import csv
import io
import json
import shutil

import numpy as np
import pytest
from pypdf import PdfReader

from tests.conftest import IRAQ, ROOT, call, written_scenario
from tests.report.test_content import said
from tests.report.test_formats import text_of
from tocsin.analysis.case import lay_out
from tocsin.analysis.foundations import foundations
from tocsin.assessment import assess
from tocsin.batch import layout, targets
from tocsin.errors import BadInput
from tocsin.files import load_scenario
from tocsin.language import scenarios
from tocsin.language.events import event
from tocsin.language.numbers import percent
from tocsin.records.scenario import baseline
from tocsin.render.files import FORMATS, render
from tocsin.report.batch_briefing import NO_FORECAST, brief_many, rows_table
from tocsin.report.batch_results import rows_of, survey
from tocsin.report.record import BriefingOptions
from tocsin.verify import verify

SWEEPS = ROOT / "scenarios" / "iraq-syria-2024" / "sweeps"
GRID = SWEEPS / "posture-restraint-truce.yaml"
TABLE = """id,framing,lebanon_truce,do.posture
one,casus_belli,,
two,~casus_belli:B2,collapses,
three,casus_belli:20%|attribution:20%|none:60%,,degraded
four,,,
"""


@pytest.fixture(scope="module")
def grid(iraq):
    return briefed(iraq, GRID)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(TABLE, "utf-8")
    return path


def briefed(iraq, path, base=None, *options):
    return brief_many(survey(iraq, rows_of(path, base, iraq)), *options)


def answers(iraq):
    for posture in ("reinforced", "normal", "degraded"):
        for restraint in ("effective", "partial", "fails"):
            for truce in ("holds", "collapses"):
                evidence = f"evidence: {{restraint: {{observed: {restraint}}}, lebanon_truce: {{observed: {truce}}}}}"
                yield assess(iraq, written_scenario(iraq, f"{evidence}\nforced: {{posture: {posture}}}"))


def test_the_figures_are_those_of_the_rows_one_by_one(grid, iraq):
    one_by_one = list(answers(iraq))
    for name in iraq.records.events:
        chances = np.array([one.outcomes[name].p for one in one_by_one])
        wanted = np.quantile(chances, (0, 0.25, 0.5, 0.75, 1))
        assert grid.record.figures[name].quartiles == pytest.approx(list(wanted), abs=1e-9)
        words = [one.outcomes[name].wording.word for one in one_by_one]
        counted = {word: count for word, count in grid.record.figures[name].words.items() if count}
        assert counted == {word: words.count(word) for word in dict.fromkeys(words)}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_from_where_to_where(form, grid):
    text = text_of(render(grid, form), form)
    least, *_, greatest = grid.record.figures["infiltration"].quartiles
    assert f"{percent(least)} to {percent(greatest)}" in text
    assert NO_FORECAST.split(":")[0] in text


def test_the_rows_at_the_ends_are_told_with_their_evidence(grid, iraq):
    chances = [one.outcomes["israeli_strike"].p for one in answers(iraq)]
    told = said(grid.section("extremes"))
    part = told[told.index("\nIsraeli strike\n") :]
    # What does not bear on it leaves rows alike but for rounding; the first of them is named.
    first = next(k for k, p in enumerate(chances, start=1) if p > max(chances) - 1e-9)
    assert f"Greatest: {percent(max(chances))}, row {first}:" in part
    assert "Border posture, forced: reinforced; Baghdad's hold on the factions:" in part


def test_states_are_listed_from_mild_to_worse(grid):
    told = said(grid.section("varied"))
    assert "pause of 14 days; pause of 7 to 13 days; no pause of a week" in told
    assert "Truce in Lebanon: holds; collapses." in told


def test_a_range_and_a_sample_are_told_by_their_ends(iraq):
    told = said(briefed(iraq, SWEEPS / "belief-in-casus-belli.yaml").section("varied"))
    assert "belief in “calls it a reason for force” from 0 % to 100 %, in 101 equal steps" in told


def test_a_table_of_every_kind_of_cell(table, iraq):
    made = briefed(iraq, table)
    told = said(made.section("varied"))
    assert "calls it a reason for force, by a report graded B2" in told
    assert "calls it a reason for force 20 %" in told
    assert "forced: degraded" in told
    assert "row one: Israel's public line on Iraq: calls it a reason for force." in said(made.section("extremes"))
    assert "nothing beyond what all rows start from" in said(made.section("extremes"))
    assert made.record.table.rows == 4


def test_rows_without_an_answer_are_counted_and_a_table_without_any_refused(tmp_path, iraq):
    path = tmp_path / "rows.csv"
    path.write_text("israeli_strike,civilian_deaths\nnone,yes\nlimited,yes\nlimitde,no\n", "utf-8")
    made = briefed(iraq, path)
    told = said(made.section("unanswered"))
    assert "Rows with an answer: 1. Rows that suppose what the model holds impossible: 1." in told
    assert "Rows that cannot be read: 1." in told
    assert "has no state 'limitde'" in told
    path.write_text("framing\nnoen\n", "utf-8")
    with pytest.raises(BadInput, match=r"no row of it can be answered: .*noen"):
        survey(iraq, rows_of(path, None, iraq))


def test_nothing_moves_is_said(tmp_path, iraq):
    path = tmp_path / "rows.csv"
    path.write_text("id,framing\na,\nb,\n", "utf-8")
    made = briefed(iraq, path)
    assert made.bottom_line == "What is varied over 2 rows moves no outcome."
    assert "No outcome moves so far that it shows." in said(made.section("extremes"))


@pytest.mark.parametrize("rows", ["a,degraded\n", "a,degraded\nb,degraded\n"])
def test_rows_that_answer_alike_but_not_as_they_start(rows, tmp_path, iraq):
    path = tmp_path / "rows.csv"
    path.write_text(f"id,do.posture\n{rows}", "utf-8")
    made = briefed(iraq, path)
    p = assess(iraq, written_scenario(iraq, "forced: {posture: degraded}")).outcomes["infiltration"].p
    line = made.bottom_line
    who = "The only row with an answer differs" if rows.count("\n") == 1 else "All 2 rows answer alike, and differ"
    assert line.startswith(who)
    assert f"most in “Infiltration”: {percent(p)}, not " in line
    assert "1 rows" not in said(made.section("outcomes"))
    assert made.title == f"{'1 supposition' if rows.count(chr(10)) == 1 else '2 suppositions'} from rows.csv"
    assert "middle half" not in said(made.section("judgements"))


def test_rows_that_cannot_be_read_are_told_at_once(at_root, tmp_path):
    (tmp_path / "rows.csv").write_text("framing\nnoen\nnone\nnoen\n", "utf-8")
    told = call("brief", "--batch", tmp_path / "rows.csv", "--out", tmp_path, "--format", "md").stderr
    assert "rows.csv: 2 rows cannot be read and left out: framing: framing has no state 'noen'" in told


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("P(israeli_strike=none)", None, "line 1 says nothing, the model gives 0."),
        ("P(israeli_strike=none)", float("nan"), "line 1 says nothing, the model gives 0."),
        ("P(israeli_strike=none)", "x", "line 1 says 'x', which is no probability"),
        ("p_evidence", 0.01, "line 1 says 0.01, the model gives"),
        ("error", "hello", "line 1 says “hello”, the model gives nothing (1 row differs)"),
    ],
)
def test_an_answer_changed_by_hand_is_found(key, value, told, table, at_root, tmp_path):
    out = tmp_path / "answers.jsonl"
    call("batch", table, "--out", out, "--targets", "israeli_strike=none")
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert key in rows[0]
    rows[0][key] = value
    out.write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    assert told in call("brief", "--batch", out, "--out", tmp_path, "--format", "md", expect=1).stderr


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("P(israeli_strike)", 0.99, "line 1 says 0.99, the model gives 0."),
        ("word(israeli_strike)", "likely", "line 1 says “likely”, the model gives “"),
        ("P(coalition)", 0.5, "column 'P(coalition)': iraq-syria-2024 has no outcome 'coalition'; allowed: "),
    ],
)
def test_an_outcome_changed_by_hand_is_found(key, value, told, table, at_root, tmp_path):
    out = tmp_path / "answers.jsonl"
    call("batch", table, "--out", out)
    rows = [{**json.loads(line), key: value} for line in out.read_text("utf-8").splitlines()]
    out.write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    assert told in call("brief", "--batch", out, "--out", tmp_path, "--format", "md", expect=1).stderr


def test_rows_of_impossible_evidence_agree_with_their_answers(at_root, tmp_path):
    (tmp_path / "rows.csv").write_text("israeli_strike,civilian_deaths\nnone,yes\nlimited,yes\n", "utf-8")
    for suffix in ("csv", "jsonl", "parquet"):
        out = tmp_path / f"answers.{suffix}"
        call("batch", tmp_path / "rows.csv", "--out", out)
        call("brief", "--batch", out, "--out", tmp_path, "--format", "md")


@pytest.mark.parametrize(
    ("suffix", "asked"),
    [("csv", ()), ("parquet", ()), ("jsonl", ()), ("csv", ("--targets", "states", "--intervals"))],
)
def test_what_batch_writes_is_briefed_and_verified(suffix, asked, table, at_root, tmp_path):
    out = tmp_path / f"answers.{suffix}"
    call("batch", table, "--out", out, *asked)
    call("brief", "--batch", out, "--out", tmp_path, "--format", "md,docx")
    for form in ("md", "docx"):
        assert f"batch_answers.{form}: holds" in call("verify", tmp_path / f"batch_answers.{form}").output


def test_answers_of_another_scenario_are_found(table, at_root, tmp_path):
    out = tmp_path / "answers.csv"
    call("batch", table, "--out", out, "--scenario", "truce-collapses", expect=1)
    (tmp_path / "few.csv").write_text("id,framing\none,casus_belli\n", "utf-8")
    call("batch", tmp_path / "few.csv", "--out", out, "--scenario", "truce-collapses")
    told = call("brief", "--batch", out, "--out", tmp_path, "--format", "md", expect=1).stderr
    assert "line 2 says" in told
    assert "name that scenario, or run the batch again" in told
    call("brief", "truce-collapses", "--batch", out, "--out", tmp_path, "--format", "md")
    assert "holds" in call("verify", tmp_path / "batch_answers.md").output


def test_evidence_options_are_what_all_rows_start_from(at_root, tmp_path):
    (tmp_path / "few.csv").write_text("id,framing\none,casus_belli\n", "utf-8")
    options = ("--observe", "lebanon_truce=collapses", "--out", tmp_path, "--format", "md")
    call("brief", "--batch", tmp_path / "few.csv", *options)
    assert "he truce in Lebanon collapses: observed, taken as certain" in (tmp_path / "batch_few.md").read_text("utf-8")
    assert "holds" in call("verify", tmp_path / "batch_few.md").output


@pytest.mark.parametrize("form", FORMATS)
def test_a_sweep_is_verified_from_the_file_alone(form, grid, tmp_path):
    (tmp_path / f"brief.{form}").write_bytes(render(grid, form))
    assert verify(tmp_path / f"brief.{form}", IRAQ).holds


def test_a_sampled_sweep_on_a_scenario_is_verified(tmp_path, iraq):
    (tmp_path / "sweeps").mkdir()
    shutil.copy(SWEEPS.parent / "casus-belli.yaml", tmp_path)
    content = f"""sweep: s
title: S
model: {iraq.name}
scenario: casus-belli
sample: {{points: 64, beliefs: {{lebanon_truce: {{collapses: [5%, 60%]}}}},
  grades: {{us_position: {{reported: does_not_oppose}}}}, parameters: [israeli_strike.leak.at_least.limited]}}
"""
    (tmp_path / "sweeps" / "s.yaml").write_text(content, "utf-8")
    made = briefed(iraq, tmp_path / "sweeps" / "s.yaml", None, BriefingOptions("summary"))
    (tmp_path / "brief.pdf").write_bytes(render(made, "pdf"))
    shutil.rmtree(tmp_path / "sweeps")
    (tmp_path / "casus-belli.yaml").unlink()
    assert verify(tmp_path / "brief.pdf", IRAQ).holds
    assert "with any of 36 grades" in said(made.section("varied"))
    assert "as often as its own uncertainty has it" in said(made.section("varied"))


def test_a_table_that_is_gone_or_changed_is_told(table, tmp_path, iraq):
    made = briefed(iraq, table)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "brief.md").write_bytes(render(made, "md"))
    with pytest.raises(BadInput, match=r"tells of the rows of rows.csv .*name that file with --table"):
        verify(folder / "brief.md", IRAQ)
    assert verify(folder / "brief.md", IRAQ, table).holds
    rows = list(csv.reader(TABLE.splitlines()))
    rows[1][1] = "none"
    table.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    found = verify(folder / "brief.md", IRAQ, table)
    assert not found.holds
    assert "the table has changed since" in found.others[0]
    assert any(told.startswith("israeli_strike: recorded") for told in found.figures)


@pytest.mark.parametrize("form", FORMATS)
def test_a_figure_changed_by_hand_is_found(form, grid, tmp_path):
    name = grid.section("judgements").blocks[0].items[0].text
    greatest = name.split(" to ")[-1].split(" %")[0]
    assert greatest.isdigit()
    from tests.report.test_trust import with_edited_text

    spoiled = with_edited_text(render(grid, form), form, f"to {greatest} %", f"to 9{greatest} %", grid)
    (tmp_path / f"x.{form}").write_bytes(spoiled)
    found = verify(tmp_path / f"x.{form}", IRAQ)
    assert not found.holds
    assert any(f"9{greatest}" in told for told in found.passages)


def test_an_order_of_columns_is_kept(tmp_path, iraq):
    """The last column varies fastest, so that row numbers hang on the order."""
    content = {"sweep": "s", "title": "S", "model": iraq.name}
    grid = {"us_position": ["opposes", "does_not_oppose"], "assad": ["holds", "loses_damascus"]}
    (tmp_path / "s.yaml").write_text(json.dumps({**content, "grid": grid}), "utf-8")
    made = briefed(iraq, tmp_path / "s.yaml")
    (tmp_path / "x.md").write_bytes(render(made, "md"))
    assert verify(tmp_path / "x.md", IRAQ).holds


def test_no_earlier_briefing_with_a_batch(grid, full, iraq):
    with pytest.raises(BadInput, match="one scenario alone"):
        briefed(iraq, GRID, None, BriefingOptions(since=full.record))
    with pytest.raises(BadInput, match="one scenario alone"):
        BriefingOptions(since=grid.record)


@pytest.mark.parametrize(
    "wrong",
    [
        ("a", "b", "--batch", "x.csv"),
        ("baseline", "--batch", "x.yaml"),
        ("--batch", "x.yaml", "--observe", "assad=holds"),
        ("--batch", "x.yaml", "--lexicon", "phia"),
    ],
)
def test_bad_usage_is_status_2(wrong, at_root, tmp_path):
    call("brief", "--out", tmp_path, *wrong, expect=2)


def test_evidence_in_another_order_than_the_alphabet_holds(at_root, tmp_path):
    """Regression: the record sorted its keys, so that a briefing on two findings did not hold."""
    options = ("--observe", "lebanon_truce=collapses", "--report", "framing=casus_belli:B2", "--interval", "95%")
    call("brief", *options, "--out", tmp_path, "--format", "md")
    assert "command-line.md: holds" in call("verify", tmp_path / "command-line.md").output
    assert "In brackets the 95 % interval" in (tmp_path / "command-line.md").read_text("utf-8").replace("\u00a0", " ")


def test_what_the_numbers_rest_on_is_told_of_the_base_s_statements(iraq, table):
    base = load_scenario(SWEEPS.parent / "no-al-sharifi.yaml", iraq.records)
    found = foundations(lay_out(iraq, base).model, base.statements)
    assert found != foundations(iraq)
    method = said(briefed(iraq, table, base).section("method"))
    assert scenarios.foundations(found) in method


def test_options_on_a_scenario(at_root, tmp_path, iraq):
    call("brief", "casus-belli", "--force", "posture=degraded", "--out", tmp_path, "--format", "md", "--reconcile")
    text = (tmp_path / "casus-belli-changed.md").read_text("utf-8")
    assert "The Syrian border is left open in places: forced" in text
    assert "The answer is reconciled with the judgements" in text
    loaded = load_scenario(SWEEPS.parent / "casus-belli.yaml", iraq.records)
    assert loaded.title in text


@pytest.mark.parametrize("name", ["belief-in-casus-belli", "posture-restraint-truce"])
def test_the_summary_fits_one_page(name, iraq):
    made = briefed(iraq, SWEEPS / f"{name}.yaml", None, BriefingOptions("summary"))
    assert len(PdfReader(io.BytesIO(render(made, "pdf"))).pages) == 1


def test_a_table_of_rows_says_cells_and_answers_in_words(iraq):
    columns = layout(["framing", "do.posture", "lebanon_truce=holds", "id"], iraq, baseline(iraq.name), "t").columns
    asked = targets(["israeli_strike=limited|campaign"], iraq)
    (name,) = (target.name for target in asked)
    said_of = {"framing": "~casus_belli:B2", "do.posture": "degraded", "lebanon_truce=holds": 3.0, "id": 7}
    row = {**said_of, f"P({name})": 0.3, f"low({name})": 0.2, f"high({name})": 0.4}
    none = {"framing": "nowhere", "do.posture": "no_state", "lebanon_truce=holds": None, "id": 8, "error": "Why not"}
    shown = rows_table("Rows", iraq, columns, [row, none], asked)
    assert shown.headings == (
        "Israel's public line on Iraq",
        "Border posture, forced",
        "Truce in Lebanon: how well “holds” explains what was seen",
        "Row",
        event(iraq.records, "israeli_strike"),
        "No answer, since",
    )
    outcome = {"P(israeli_strike)": 0.3, "word(israeli_strike)": "unlikely"}
    worded = rows_table("Rows", iraq, (), [outcome, {"P(israeli_strike)": None}], targets(None, iraq)[3:4])
    assert worded.rows == (("unlikely: 30 %",), ("–",))
    report = "calls it a reason for force, by a report graded B2"
    assert shown.rows == (
        (report, "degraded", "3", "7", "30 % [20–40]", ""),
        ("nowhere", "no_state", "", "8", "–", "Why not"),
    )
