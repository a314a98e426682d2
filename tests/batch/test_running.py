"""What a run survives: being killed, a dead worker, a full disk, a changed input; and who does the work changes nothing."""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.batch.conftest import stopped
from tests.conftest import ROOT, SMALL
from tocsin.batch import BatchOptions, Dask, Threads, load_rows, run, targets
from tocsin.errors import BadInput, TocsinError
from tocsin.records import Scenario

DRIVER = """
import os, signal, sys
from pathlib import Path
from tocsin.batch import BatchOptions, Dask, Threads, load_rows, run, targets
from tocsin.model import open_model

if __name__ == "__main__":
    who, given, out, *rest = sys.argv[1:]
    model = open_model("MODEL", draws=64)
    source, base = load_rows(Path(given), None, model)
    order = BatchOptions(Path(given), source, Path(out), targets(None, model), rest[0], part_rows=50)
    seen = 0

    def watch(done):
        global seen
        seen += 1
        if "kill worker" in rest and seen == 2:
            import psutil
            workers = [p for p in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]
            assert len(workers) == 2
            os.kill(workers[0].pid, signal.SIGKILL)
            rest.append("killed")

    if who == "cluster":
        from distributed import LocalCluster
        with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
            summary = run(model, base, order, Dask(address=cluster.scheduler_address), watch)
    else:
        summary = run(model, base, order, Dask(int(who)) if int(who) else Threads(), watch)
    print(summary.rows, summary.rejects, rest[-1])
""".replace("MODEL", str(SMALL))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """500 rows, some of which mean nothing or cannot be."""
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    random = np.random.default_rng(1)
    cells = ["", "yes", "no", "~yes:B2", "no:40%|yes:60%", "nope"]
    lines = [f"{n},{random.choice(cells, p=[0.2, 0.2, 0.2, 0.2, 0.18, 0.02])}" for n in range(500)]
    path.write_text("\n".join(["id,storm", *lines]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(table, tiny):
    out = table.parent / "undisturbed" / "out.parquet"
    out.parent.mkdir()
    summary = run(tiny, *_order(tiny, table, out))
    assert summary.rows + summary.rejects == 500
    assert summary.rejects
    return _content(out)


def _order(model, table, out, **settings):
    source, base = load_rows(table, None, model)
    return base, BatchOptions(table, source, out, targets(None, model), "intervals", part_rows=50, **settings)


def _content(out):
    return {file.name: file.read_bytes() for file in out.parent.iterdir() if file.name.startswith("out.")}


def _drive(folder, who, table, *rest):
    script = folder / "driver.py"
    script.write_text(DRIVER, "utf-8")
    command = [sys.executable, str(script), who, str(table), str(folder / "out.parquet"), "intervals", *rest]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_any_number_of_threads_writes_the_same_bytes(table, undisturbed, tiny, tmp_path, count):
    run(tiny, *_order(tiny, table, tmp_path / "out.parquet"), Threads(count))
    assert _content(tmp_path / "out.parquet") == undisturbed


@pytest.mark.slow
def test_a_cluster_of_two_writes_the_same_bytes(table, undisturbed, tmp_path):
    result = _drive(tmp_path, "cluster", table)
    assert result.returncode == 0, result.stderr
    assert _content(tmp_path / "out.parquet") == undisturbed


@pytest.mark.slow
def test_two_workers_do_too_and_a_killed_one_loses_and_doubles_nothing(table, undisturbed, tmp_path):
    result = _drive(tmp_path, "2", table, "kill worker")
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[-1] == "killed"
    assert _content(tmp_path / "out.parquet") == undisturbed


def _beliefs(path, rows):
    """A table whose rows all believe something else, so that none is answered with another."""
    cells = (n * 0.9 / rows + 0.05 for n in range(rows))
    path.write_text("id,storm\n" + "".join(f"{n},no:{p:.6f}|yes:{1 - p:.6f}\n" for n, p in enumerate(cells)), "utf-8")
    return path


def _command(*arguments):
    return [sys.executable, "-m", "tocsin", "batch", *map(str, arguments), "--model", str(SMALL)]


@pytest.mark.slow
def test_a_killed_driver_goes_on_where_it_was(tmp_path):
    path = _beliefs(tmp_path / "rows.csv", 24_000)
    first, again = tmp_path / "first" / "out.csv", tmp_path / "again" / "out.csv"
    for out in (first, again):
        out.parent.mkdir()
    subprocess.run(_command(path, "--out", first, "--intervals"), check=True, capture_output=True, cwd=ROOT)
    with subprocess.Popen(_command(path, "--out", again, "--intervals"), stdout=subprocess.DEVNULL, cwd=ROOT) as driver:
        parts = again.with_name("out.csv.parts")
        while not list(parts.glob("*.part")) and driver.poll() is None:
            time.sleep(0.002)
        driver.send_signal(signal.SIGKILL)
    assert driver.returncode == -signal.SIGKILL
    assert not again.exists()
    kept = {file.name: file.stat().st_mtime_ns for file in parts.glob("*.part")}
    assert 1 <= len(kept) < 6
    refused = subprocess.run(_command(path, "--out", again, "--intervals"), capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 1
    assert "unfinished run; go on with --resume" in refused.stderr
    assert {file.name: file.stat().st_mtime_ns for file in parts.glob("*.part")} == kept
    resumed = subprocess.run(
        _command(path, "--out", again, "--intervals", "--resume"), capture_output=True, text=True, cwd=ROOT
    )
    assert resumed.returncode == 0, resumed.stderr
    assert re.search(rf"\b{len(kept)} parts? (was|were) there already", resumed.stdout)
    assert again.read_bytes() == first.read_bytes()
    assert not parts.exists()


@pytest.fixture
def interruptible():
    """What is started in the background of a shell ignores Ctrl-C, and so do its children: not these."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("--workers", "2")], ids=["alone", "with workers"])
def test_ctrl_c_at_a_terminal_is_one_line_and_no_traceback(workers, interruptible, tmp_path):
    path, out = _beliefs(tmp_path / "rows.csv", 60_000), tmp_path / "out.csv"
    command = _command(path, "--out", out, "--intervals", *workers)
    parts = tmp_path / "out.csv.parts"
    # A terminal sends Ctrl-C to every process of the group.
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    ) as driver:
        while not list(parts.glob("*.part")) and driver.poll() is None:
            time.sleep(0.002)
        os.killpg(driver.pid, signal.SIGINT)
        told = driver.stderr.read()
    assert driver.returncode == 1, told
    assert told.strip().startswith("interrupted; ")
    assert len(told.strip().splitlines()) == 1
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize("most", [1500, 18_000], ids=["while a part is written", "while parts are merged"])
def test_a_full_disk_is_told_and_what_is_finished_stays(tmp_path, most):
    path = tmp_path / "rows.csv"
    path.write_text("id,storm\n" + "yes\n".join(f"{n}," for n in range(16_000)) + "no\n", "utf-8")
    out = tmp_path / "out.csv"

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most * 80, most * 80))

    command = _command(path, "--out", out, "--intervals", "--targets", "states")
    full = subprocess.run(command, preexec_fn=little_room, capture_output=True, text=True, cwd=ROOT)
    assert full.returncode == 1
    assert "File too large" in full.stderr
    assert ("no part was finished" if most == 1500 else "run the same command with --resume") in full.stderr
    assert "Traceback" not in full.stderr
    assert not out.exists()
    parts = out.with_name("out.csv.parts")
    finished = list(parts.glob("*.part"))
    assert len(finished) == (0 if most == 1500 else 4)
    assert parts.exists() == bool(finished)
    assert not list(tmp_path.rglob("*.tmp"))
    subprocess.run([*command, "--resume"], check=True, capture_output=True, cwd=ROOT)
    assert out.read_text("utf-8").count("\n") == 16_001


def test_ctrl_c_leaves_whole_parts_and_says_how_to_go_on(table, undisturbed, tiny, tmp_path):
    out = tmp_path / "out.parquet"
    stopped(tiny, table, out, after=3, ask="intervals", part_rows=50)
    summary = run(tiny, *_order(tiny, table, out, resume=True))
    assert summary.resumed == 3
    assert _content(out) == undisturbed


def test_what_changed_between_runs_is_refused(table, tiny, tmp_path):
    path, out = tmp_path / "rows.csv", tmp_path / "out.parquet"
    path.write_bytes(table.read_bytes())
    stopped(tiny, path, out, ask="intervals", part_rows=50)
    path.write_bytes(table.read_bytes().replace(b",yes", b",no ", 1))
    with pytest.raises(BadInput, match="changed since this run began: input; delete the folder"):
        run(tiny, *_order(tiny, path, out, resume=True))
    path.write_bytes(table.read_bytes())
    source, base = load_rows(path, None, tiny)
    other = BatchOptions(path, source, out, targets(["storm"], tiny), "intervals", resume=True, part_rows=50)
    with pytest.raises(BadInput, match="changed since this run began: targets;"):
        run(tiny, base, other)
    other = BatchOptions(path, source, out, targets(None, tiny), "points", resume=True, part_rows=50)
    with pytest.raises(BadInput, match="began: ask;"):
        run(tiny, base, other)
    changed = Scenario(scenario="baseline", title="Baseline", model=tiny.name, interval=0.5)
    with pytest.raises(BadInput, match="began: scenario;"):
        run(tiny, changed, _order(tiny, path, out, resume=True)[1])
    (out.with_name("out.parquet.parts") / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(BadInput, match="changed since this run began: version, layout, model"):
        run(tiny, *_order(tiny, path, out, resume=True))


def test_parts_with_the_columns_of_an_earlier_version_are_refused(table, tiny, tmp_path):
    out = tmp_path / "out.parquet"
    stopped(tiny, table, out, ask="intervals", part_rows=50)
    path = out.with_name("out.parquet.parts") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "layout": 2}), "utf-8")
    told = "another version of Tocsin, whose answers have other columns; delete the folder to begin anew"
    with pytest.raises(BadInput, match=told):
        run(tiny, *_order(tiny, table, out, resume=True))


def test_the_manifest_pins_everything(table, tiny, tmp_path):
    out = tmp_path / "out.parquet"
    stopped(tiny, table, out, ask="intervals", part_rows=50)
    pinned = json.loads((out.with_name("out.parquet.parts") / "manifest.json").read_text("utf-8"))
    assert pinned["model"] == tiny.records.digest
    assert pinned["input"]["rows.csv"]["bytes"] == table.stat().st_size
    assert len(pinned["input"]["rows.csv"]["sha256"]) == 64
    assert {"version", "draws", "seed", "scenario", "targets", "ask", "form", "strict", "part_rows"} <= set(pinned)


def test_resuming_nothing_begins(table, undisturbed, tiny, tmp_path):
    assert run(tiny, *_order(tiny, table, tmp_path / "out.parquet", resume=True)).resumed == 0
    assert _content(tmp_path / "out.parquet") == undisturbed


def test_no_scheduler_answers(table, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("tocsin.batch.job.WAIT", 1)
    base, order = _order(tiny, table, tmp_path / "out.csv")
    with pytest.raises(TocsinError, match="no Dask scheduler answers at tcp"):
        run(tiny, base, order, Dask(address="tcp://127.0.0.1:1"))


@pytest.mark.slow
def test_workers_say_nothing_of_dask_s_own(tmp_path):
    """Neither of the pages that nobody asked for, whose port another has, nor of parts larger than Dask likes."""
    path, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    path.write_text("id,storm\n" + "".join(f"{n}{'x' * 700},yes\n" for n in range(16_000)), "utf-8")
    with socket.socket() as other:
        with contextlib.suppress(OSError):
            other.bind(("127.0.0.1", 8787))
            other.listen()
        command = _command(path, "--out", out, "--workers", "1")
        result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0
    assert result.stderr == ""
    assert out.read_text("utf-8").count("\n") == 16_001
