import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tocsin.analysis
from tocsin.canonical import canonical, figure, significant

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(NUMBERS)
def test_alone_and_in_an_array_a_number_is_the_same(value):
    alone, together = figure(value), canonical([value, 0.5])[0]
    assert np.array_equal(alone, together, equal_nan=True)
    assert np.array_equal(figure(alone), alone, equal_nan=True)
    assert str(alone) != "-0.0"


@given(st.integers(-(10**10), 10**10), st.floats(-4e-16, 4e-16))
def test_noise_in_the_last_bits_is_gone(units, noise):
    wanted = units / 10**10
    assert figure(wanted + noise) == figure(wanted - noise) == wanted


@given(st.floats(1e-280, 1e280))
def test_what_may_be_tiny_keeps_ten_digits(value):
    kept = float(significant(value))
    assert kept == pytest.approx(value, rel=5.001e-10)
    assert significant(kept) == kept


def test_certain_and_impossible():
    assert canonical([1 - 1e-13, 1e-13, -1e-13, 1 - 1e-9]).tolist() == [1.0, 0.0, 0.0, 1 - 1e-9]
    assert significant([0.0, 1 - 1e-13, 0.1 + 0.2]).tolist() == [0.0, 1.0, 0.3]


def test_every_record_of_results_is_canonical():
    """A record in analysis with a number of its own derives from Canonical, or is listed here with its reason."""
    exempt = {
        "Course": "its probability may be tiny, and keeps digits instead of decimals",
        "Candidate": "what a search tries, before anything is found",
        "Bracket": "what a search tries, before anything is found",
        "UncertainNumber": "what is believed, as elicited",
        "Case": "what is asked",
    }
    found = set()
    for file in Path(tocsin.analysis.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any("dataclass" in ast.dump(one) for one in node.decorator_list):
                numbers = [
                    each
                    for each in node.body
                    if isinstance(each, ast.AnnAssign) and "float" in ast.dump(each.annotation)
                ]
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                if numbers and not bases & {"Canonical", "Estimate"}:
                    found.add(node.name)
    assert found <= exempt.keys()
