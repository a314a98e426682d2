"""A ledger's file: what is damaged is found and named, what is added is whole or not there."""

import hashlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from tocsin.errors import BadInput
from tocsin.ledger import chain
from tocsin.ledger.chain import append, read
from tocsin.ledger.entries import Benchmarks, Correction, Forecast, ForecastQuestion, Resolution

ZEROS = "0" * 64


def question(name="rain", **fields):
    return ForecastQuestion(**{
        "id": name, "variable": "rain", "event": ("yes",), "states": ("no", "yes"), "text": "It rains.",
        "opens": date(2025, 1, 1), "closes": date(2025, 1, 31), "settles_by": "Does it rain?", "source": "t", **fields,
    })  # fmt: skip


def forecast(name="rain", p=0.3, on=date(2025, 1, 1), **fields):
    return Forecast(**{
        "question": name, "scenario": "baseline", "made_on": on, "p": p, "low": p / 2, "high": p, "interval": 0.8,
        "word": "unlikely", "lexicon": "icd203", "benchmarks": Benchmarks(base_rate=0.2), "model_digest": ZEROS,
        "scenario_digest": ZEROS, "version": "1", **fields,
    })  # fmt: skip


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ledger" / "t.jsonl"
    append(path, lambda _: (question(), forecast(), forecast(p=0.4), forecast(p=0.5)), "t")
    return path


def problems(path):
    with pytest.raises(BadInput) as caught:
        read(path)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_what_is_appended_is_read_again(path):
    ledger = read(path)
    assert ledger.model == "t"
    assert ledger.entries == (question(), forecast(), forecast(p=0.4), forecast(p=0.5))
    assert ledger.lines == 5
    assert ledger.until(3).entries == ledger.entries[:2]
    assert ledger.until(3).head == ledger.seals[2]
    grown = append(path, lambda _: (forecast(p=0.6),))
    assert (grown.seals, grown.entries, grown.size) == (read(path).seals, read(path).entries, path.stat().st_size)


def test_a_seal_can_be_checked_with_what_every_system_has(path):
    before = ZEROS
    for text in path.read_text("utf-8").splitlines():
        content, seal = text[:-75] + "}", text[-66:-2]
        assert hashlib.sha256(content.encode()).hexdigest() == seal
        assert json.loads(text)["after"] == before
        before = seal
    assert read(path).head == before


@pytest.mark.parametrize("number", range(1, 6))
def test_a_changed_byte_is_found_in_its_line(path, number):
    lines = path.read_bytes().split(b"\n")
    for place in (3, len(lines[number - 1]) // 2, len(lines[number - 1]) - 20, len(lines[number - 1]) - 1):
        changed = bytearray(lines[number - 1])
        changed[place] ^= 1
        path.write_bytes(b"\n".join([*lines[: number - 1], bytes(changed), *lines[number:]]))
        assert [line for line, _ in problems(path)] == [number]


def test_a_line_that_was_sealed_anew_breaks_the_chain_behind_it(path):
    lines = path.read_bytes().split(b"\n")
    content = lines[2][:-75].replace(b'"p":0.3', b'"p":0.9') + b"}"
    lines[2] = content[:-1] + b',"seal":"' + hashlib.sha256(content).hexdigest().encode() + b'"}'
    path.write_bytes(b"\n".join(lines))
    assert problems(path) == [(4, "does not follow the line before it: a line that stood between them is missing")]


def test_a_deleted_and_a_moved_line_are_found(path):
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], *lines[3:]]))
    assert problems(path) == [(3, "does not follow the line before it: a line that stood between them is missing")]
    path.write_bytes(b"\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]))
    assert [line for line, _ in problems(path)] == [3, 4, 5]
    assert "is out of its place: it follows what is now line 4" in problems(path)[0][1]
    path.write_bytes(b"\n".join(lines[1:]))
    assert problems(path)[0] == (1, "only the first line, and every first line, says whose ledger it is")
    path.write_bytes(b"\n".join([*lines[:2], b"", *lines[2:]]))
    assert [line for line, _ in problems(path)] == [3]


def test_lines_lost_at_the_end_show_only_by_a_head_that_was_seen(path):
    whole = read(path)
    path.write_bytes(b"".join(line + b"\n" for line in path.read_bytes().split(b"\n")[:4]))
    assert whole.head not in read(path).seals
    assert read(path).seals == whole.seals[:4]


def test_entries_that_mean_nothing_are_refused(path):
    before = path.read_bytes()
    yes = Resolution(question="rain", outcome="yes", on=date(2025, 1, 5), source="t")
    for entries, problem in (
        ((question(),), "asks rain again"),
        ((forecast("snow"),), "is about snow, which no line before it asks"),
        ((yes, yes), "resolves rain again"),
        ((Correction(line=9, corrects="1" * 64, on=date(2025, 1, 5), why="t"),), "which does not stand before it"),
    ):
        with pytest.raises(BadInput, match=problem):
            append(path, lambda _, entries=entries: entries)
    with pytest.raises(BadInput, match="is the ledger of t, not of u"):
        append(path, lambda _: (forecast(),), "u")
    assert path.read_bytes() == before


def test_a_cut_off_line_is_told_and_gives_its_place_to_the_next(path):
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"kind":"forecast","question":"ra')
    assert read(path).cut_off == b'{"kind":"forecast","question":"ra'
    assert read(path).size == len(whole)
    append(path, lambda _: ())
    assert path.read_bytes().startswith(whole)
    append(path, lambda _: (forecast(p=0.7),))
    assert read(path).cut_off == b""
    assert path.read_bytes().startswith(whole)
    assert read(path).entries[-1].p == 0.7


def test_a_last_line_without_its_end_counts(path):
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    before = read(path)
    assert (before.lines, before.cut_off) == (5, b"")
    append(path, lambda _: (forecast(p=0.7),))
    assert read(path).seals[:5] == before.seals
    assert read(path).lines == 6


def test_on_a_full_disk_nothing_is_added(path, tmp_path):
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
        with pytest.raises(BadInput, match=r"cannot be written: .*; nothing was added"):
            append(path, lambda _: (forecast(p=0.7),))
        with pytest.raises(BadInput, match="cannot be written"):
            append(tmp_path / "new.jsonl", lambda _: [question(str(k)) for k in range(20)], "t")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert not (tmp_path / "new.jsonl").exists()


def _writes(path, name):
    for number in range(20):
        append(path, lambda _, n=number: (question(f"{name}-{n}"),), "t")


def test_two_writers_lose_nothing(path):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_writes, args=(path, name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {*read(path).questions} == {"rain", *(f"{name}-{n}" for name in "ab" for n in range(20))}


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {here!r}]
from test_chain import question
from tocsin.ledger.chain import append
number = 0
while True:
    append(Path(sys.argv[1]), lambda ledger: [question(f"{{ledger.lines}}-{{k}}") for k in range(5)])
    print(number := number + 1, flush=True)
"""


@pytest.mark.slow
def test_kill_leaves_a_ledger_that_can_be_read_and_goes_on(path):
    root, here = str(Path.cwd()), str(Path(__file__).parent)
    for pause in (0.0, 0.01, 0.02, 0.03):
        code = KILLED.format(root=root, here=here)
        with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as running:
            assert running.stdout.readline() == b"1\n"
            time.sleep(pause)
            running.kill()
            whole = [1, *map(int, running.stdout.read().split())][-1]
        before = read(path)
        assert len(before.questions) >= 5 * whole
        append(path, lambda _, before=before: (forecast(p=0.1 + before.lines / 1e6),))
        assert read(path).seals[: before.lines] == before.seals


def test_the_seals_of_ten_thousand_lines_are_quickly_checked(path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    voices = {f"speaker-{k}": k / 20 for k in range(15)}
    append(path, lambda _: [forecast(p=k / 20_000, voices=voices) for k in range(10_000)])
    assert chain.read(path).lines == 10_005
