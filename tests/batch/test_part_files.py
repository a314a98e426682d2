"""What lies on the disk before, while and after a run: another run's rows are never taken, and no file of others is lost."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.batch.conftest import answer, stopped
from tests.conftest import ROOT, SMALL, call
from tocsin.batch import BatchOptions, load_rows, run, targets
from tocsin.batch.part_files import part_files
from tocsin.cli.main import main
from tocsin.errors import BadInput, TocsinError

KILLED = """
import os, pathlib, sys
most, count = int(sys.argv.pop(1)), 0
real = pathlib.Path.unlink

def unlink(path, missing_ok=False):
    global count
    real(path, missing_ok=missing_ok)
    # What stands there goes; the n-th time the power fails.
    count += path.name.endswith(".part") or path.name == "manifest.json"
    if count >= most:
        os._exit(137)

pathlib.Path.unlink = unlink
from tocsin.batch import BatchOptions, load_rows, run, targets
from tocsin.model import open_model

given, out = map(pathlib.Path, sys.argv[1:])
model = open_model("MODEL", draws=64)
source, base = load_rows(given, None, model)
run(model, base, BatchOptions(given, source, out, targets(None, model), part_rows=5))
""".replace("MODEL", str(SMALL))


def rows(path, count=20, cell="yes"):
    path.write_text("id,storm\n" + "".join(f"{path.stem}-{n},{cell}\n" for n in range(count)), "utf-8")
    return path


def ids(out):
    return [line.split(",")[0].strip('"') for line in out.read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5])
def test_a_kill_inside_the_final_clean_up_leaves_nothing_to_the_next_run(tiny, tmp_path, most):
    first, second, out = rows(tmp_path / "first.csv"), rows(tmp_path / "second.csv", 12), tmp_path / "out.csv"
    (tmp_path / "driver.py").write_text(KILLED, "utf-8")
    command = [sys.executable, str(tmp_path / "driver.py"), str(most), str(first), str(out)]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert result.returncode == 137, result.stderr
    assert ids(out) == [f"first-{n}" for n in range(20)]
    parts = out.with_name("out.csv.parts")
    assert len(list(parts.glob("*.part"))) == max(0, 4 - most)
    assert (parts / "manifest.json").exists() == (most < 5)
    assert answer(tiny, second, out, part_rows=5).rows == 12
    assert ids(out) == [f"second-{n}" for n in range(12)]
    assert not parts.exists()


def test_parts_without_a_manifest_are_no_rows(tiny, tmp_path):
    """As a run of another table leaves them that was killed before it wrote, or after it removed, its manifest."""
    path, other, out = rows(tmp_path / "rows.csv"), rows(tmp_path / "other.csv"), tmp_path / "out.csv"
    parts = out.with_name("out.csv.parts")
    stopped(tiny, other, out, part_rows=5)
    (parts / "manifest.json").unlink()
    (parts / ".tocsin.tmp").write_bytes(b"half")
    summary = answer(tiny, path, out, resume=True, part_rows=5)
    assert (summary.rows, summary.resumed) == (20, 0)
    assert ids(out) == [f"rows-{n}" for n in range(20)]
    assert not parts.exists()


def test_a_part_of_another_run_is_not_taken_where_its_name_fits(tiny, tmp_path):
    path, other, out = rows(tmp_path / "rows.csv"), rows(tmp_path / "other.csv"), tmp_path / "out.csv"
    stopped(tiny, other, tmp_path / "elsewhere.csv", after=3, part_rows=5)
    stopped(tiny, path, out, part_rows=5)
    shutil.copy(tmp_path / "elsewhere.csv.parts" / "000002.part", out.with_name("out.csv.parts"))
    summary = answer(tiny, path, out, resume=True, part_rows=5)
    assert (summary.rows, summary.resumed) == (20, 1)
    assert ids(out) == [f"rows-{n}" for n in range(20)]


def test_files_of_others_stay(tiny, tmp_path):
    path, out = rows(tmp_path / "rows.csv"), tmp_path / "out.csv"
    parts = out.with_name("out.csv.parts")
    parts.mkdir()
    (parts / "keep.txt").write_text("mine", "utf-8")
    (parts / "000000.part").write_text("9,STALE,0.1,0.9,1,\n", "utf-8")
    with pytest.raises(BadInput, match=r"000000\.part: stands where a part will be, and no run wrote it; move it away"):
        answer(tiny, path, out, part_rows=5)
    (parts / "000000.part").rename(parts / "old.txt")
    assert answer(tiny, path, out, part_rows=5).rows == 20
    assert answer(tiny, path, out, strict=True, part_rows=5).rows == 20
    with pytest.raises(BadInput):
        answer(tiny, rows(tmp_path / "bad.csv", cell="nope"), out, strict=True, part_rows=5)
    assert sorted(file.name for file in parts.iterdir()) == ["keep.txt", "old.txt"]
    assert ids(out) == [f"rows-{n}" for n in range(20)]


def test_a_damaged_part_is_told_and_can_be_done_again(tiny, tmp_path):
    path, out = rows(tmp_path / "rows.csv"), tmp_path / "out.csv"
    stopped(tiny, path, out, part_rows=5)
    part = out.with_name("out.csv.parts") / "000000.part"
    content = part.read_bytes()
    part.write_bytes(content.replace(b"rows-3", b"rows-9"))
    with pytest.raises(TocsinError, match=r"000000\.part: is damaged; remove it; 4 finished parts are kept"):
        answer(tiny, path, out, resume=True, part_rows=5)
    assert not out.exists()
    part.unlink()
    assert answer(tiny, path, out, resume=True, part_rows=5).resumed == 3
    assert ids(out) == [f"rows-{n}" for n in range(20)]


def test_rejected_rows_of_an_earlier_run_count_too(tiny, tmp_path):
    path, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    path.write_text("storm\n" + "nope\n" * 5 + "yes\n" * 5, "utf-8")
    stopped(tiny, path, out, part_rows=5)
    summary = answer(tiny, path, out, resume=True, part_rows=5)
    assert (summary.rows, summary.rejects, summary.resumed) == (5, 5, 1)
    assert (tmp_path / "out.csv.rejected").read_text("utf-8").count("\n") == 6
    # A later run without any takes the older file away.
    assert answer(tiny, rows(path), out, part_rows=5).rejects == 0
    assert not (tmp_path / "out.csv.rejected").exists()


@pytest.mark.parametrize("how", ["edited", "appended to", "truncated", "replaced", "removed"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_input_that_changes_while_it_is_read_is_found(tiny, tmp_path, how, form):
    path, out = tmp_path / f"rows.{form}", tmp_path / "out.csv"
    line = "{n},yes\n" if form == "csv" else '{{"id": {n}, "storm": "yes"}}\n'
    text = ("id,storm\n" if form == "csv" else "") + "".join(line.format(n=n) for n in range(200))
    path.write_text(text, "utf-8")

    def change(done):
        if done.number:
            return
        match how:
            case "edited":
                with path.open("r+") as file:
                    file.write(text.replace("yes", "no "))
            case "appended to":
                with path.open("a") as file:
                    file.write(line.format(n="999"))
            case "truncated":
                os.truncate(path, len(text) // 2)
            case "replaced":
                (tmp_path / "new").write_text(text.replace("yes", "no"), "utf-8")
                (tmp_path / "new").replace(path)
            case _:
                path.unlink()

    with pytest.raises(BadInput, match=r"rows.(csv|jsonl): was changed while it was read; nothing is written"):
        answer(tiny, path, out, change, part_rows=5)
    assert not out.exists()
    assert not out.with_name("out.csv.parts").exists()


def test_a_file_that_joins_a_folder_while_it_is_read_is_found(tiny, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    rows(folder / "a.csv")
    with pytest.raises(BadInput, match="was changed while it was read"):
        answer(tiny, folder, tmp_path / "out.csv", lambda done: rows(folder / "b.csv") and None, part_rows=5)


def test_the_output_is_never_the_input(tiny, tmp_path):
    path = rows(tmp_path / "rows.csv")
    content = path.read_bytes()
    (tmp_path / "soft.csv").symlink_to(path)
    (tmp_path / "hard.csv").hardlink_to(path)
    folder = tmp_path / "in"
    folder.mkdir()
    rows(folder / "a.csv")
    (tmp_path / "into.csv").symlink_to(folder / "b.csv")
    (tmp_path / "there").symlink_to(folder)
    for given, out in [
        (path, path),
        (path, tmp_path / "in" / ".." / "rows.csv"),
        (path, tmp_path / "soft.csv"),
        (path, tmp_path / "hard.csv"),
        (tmp_path / "soft.csv", path),
        (folder, folder / "a.csv"),
        (folder, folder / "out.csv"),
        (folder, tmp_path / "into.csv"),
        (folder, tmp_path / "there" / "out.csv"),
        (folder, folder / "deeper" / "out.csv"),
    ]:
        with pytest.raises(BadInput, match=r"is the input; name another|lies in the input .*; write elsewhere"):
            answer(tiny, given, out, part_rows=5)
    assert path.read_bytes() == content
    assert [file.name for file in folder.iterdir()] == ["a.csv"]
    assert not list(tmp_path.glob("*.parts"))


def test_a_link_to_an_output_stays_a_link(tiny, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "latest.csv").symlink_to(tmp_path / "deep" / "out.csv")
    assert answer(tiny, rows(tmp_path / "rows.csv"), tmp_path / "latest.csv", part_rows=5).rows == 20
    assert (tmp_path / "latest.csv").is_symlink()
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["out.csv"]


@pytest.mark.parametrize(
    ("name", "told"), [("out.csv", "a folder"), ("out.csv.rejected", "a folder"), ("out.csv.parts", "a file")]
)
def test_what_stands_in_the_way_is_told_before_the_first_row(tiny, tmp_path, name, told):
    if told == "a folder":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("", "utf-8")
    with pytest.raises(BadInput, match=f"{name}: is {told}; name another output"):
        answer(tiny, rows(tmp_path / "rows.csv"), tmp_path / "out.csv", lambda done: pytest.fail("a row was answered"))
    assert {file.name for file in tmp_path.iterdir()} == {name, "rows.csv"}


def test_two_runs_on_one_output_are_kept_apart(tiny, tmp_path):
    path, out = rows(tmp_path / "rows.csv"), tmp_path / "out.csv"

    def meanwhile(done):
        for resume in (True, False):
            with pytest.raises(BadInput, match="is in use: another run writes this output"):
                answer(tiny, path, out, resume=resume, part_rows=5)

    assert answer(tiny, path, out, meanwhile, part_rows=5).rows == 20
    assert ids(out) == [f"rows-{n}" for n in range(20)]


def test_nothing_finished_leaves_nothing(tiny, tmp_path):
    path, out = rows(tmp_path / "rows.csv"), tmp_path / "out.csv"

    class Crew:
        def answers(self, job, encoder, parts):
            raise TocsinError("no scheduler answers")
            yield

    source, base = load_rows(path, None, tiny)
    with pytest.raises(TocsinError, match="no scheduler answers; no part was finished, so run the same command again"):
        run(tiny, base, BatchOptions(path, source, out, targets(None, tiny)), Crew())
    assert [file.name for file in tmp_path.iterdir()] == ["rows.csv"]


def test_parts_that_are_lost_while_a_run_goes_on_are_missed(tiny, tmp_path):
    path, out = rows(tmp_path / "rows.csv"), tmp_path / "out.csv"

    def remove(done):
        if done.number == 2:
            (out.with_name("out.csv.parts") / "000001.part").unlink()

    with pytest.raises(TocsinError, match=r"other parts than this run's: 1; 3 finished parts are kept"):
        answer(tiny, path, out, remove, part_rows=5)
    assert not out.exists()
    assert answer(tiny, path, out, resume=True, part_rows=5).rows == 20


def test_a_lock_outlives_no_run(tmp_path):
    out = tmp_path / "out.csv"
    with part_files(out, {"version": 1}, resume=False) as files:
        assert json.loads((files.folder / "manifest.json").read_text("utf-8")) == {"version": 1}
        files.clear()
    with part_files(out, {"version": 2}, resume=False) as files:
        assert files.finished() == {}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_batch_whose_every_row_is_rejected_ends_with_status_1(tmp_path, suffix):
    path, out = rows(tmp_path / "rows.csv", cell="nope"), tmp_path / f"out.{suffix}"
    command = ("batch", path, "--out", out, "--model", SMALL)
    result = call(*command, expect=1)
    assert "0 rows answered" in result.output
    assert "no row of" in result.output
    assert out.exists()
    assert (tmp_path / f"out.{suffix}.rejected").exists()
    path.write_text("storm\nnope\nyes\n", "utf-8")
    call(*command)


def test_a_note_is_carried_through_when_it_is_told_to(tmp_path):
    path, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    path.write_text('id,note,storm\n1,"two, words",yes\n', "utf-8")
    command = ("batch", path, "--out", out, "--model", SMALL)
    refused = call(*command, expect=1)
    assert (
        "column 'note': no variable 'note'; `tocsin batch --keep note` carries it through; allowed: storm, road, late"
        in refused.output
    )
    call(*command, "--keep", "note")
    assert out.read_text("utf-8").splitlines()[1].startswith('"1","two, words","yes",')
    # A briefing on what the batch wrote leaves the note aside.
    brief = ["brief", "--batch", str(out), "--out", str(tmp_path), "--format", "md", "--model", str(SMALL)]
    result = CliRunner().invoke(main, brief)
    assert result.exit_code == 0, result.output
