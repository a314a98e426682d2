"""Random inputs of every kind, the same on every run; and the harness finds what it is for."""

import os
import signal
import time

import pytest

from benchmarks import fuzz

LISTED = fuzz.kinds()


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTED)
def test_every_input_ends_with_an_answer_or_a_refusal(kind):
    result = fuzz.run(LISTED[kind].module, kind, LISTED[kind].count)
    assert not result.faults, "\n".join(f"{count} × {fault}" for fault, count in fuzz.causes(result.faults))
    assert result.inputs == LISTED[kind].count


def raises_at_times(random):
    if random.random() < 0.5:
        raise KeyError("a traceback for the user")


def hangs(random):
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


def takes_memory(random):
    assert bytearray(2 * fuzz.BYTES)


def ends_the_process(random):
    os.kill(os.getpid(), signal.SIGKILL)


def waits(random):
    time.sleep(600)


KINDS = {kind.__name__: kind for kind in (raises_at_times, hangs, takes_memory, ends_the_process, waits)}


@pytest.mark.slow
def test_a_fault_is_found_and_can_be_repeated():
    result = fuzz.run(__name__, "raises_at_times", 20)
    numbers = [fault.number for fault in result.faults]
    assert result.inputs == 20
    assert 0 < len(numbers) < 20
    again = fuzz.run(__name__, "raises_at_times", 1, first=numbers[-1])
    assert [fault.number for fault in again.faults] == [numbers[-1]]
    assert "KeyError" in again.faults[0].what


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "what"), [("takes_memory", "1 GB of memory"), ("ends_the_process", "ended with status -9")]
)
def test_memory_and_a_lost_process_are_faults(kind, what):
    result = fuzz.run(__name__, kind, 2)
    assert result.inputs == 2
    assert [fault.number for fault in result.faults] == [0, 1]
    assert all(what in fault.what for fault in result.faults)


def test_a_hang_is_a_fault():
    fault = fuzz.attempt(hangs, "hangs", 1, 0, 0.2)
    assert fault is not None
    assert "no end after 0.2 s" in fault.what


@pytest.mark.slow
def test_what_waits_is_ended_from_outside(monkeypatch):
    monkeypatch.setattr(fuzz, "STALLED", 1.0)
    result = fuzz.run(__name__, "waits", 1)
    assert result.inputs == 1
    assert ["s of waiting" in fault.what for fault in result.faults] == [True]
