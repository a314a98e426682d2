import numpy as np
import pytest

from tocsin.network.families import along, at_most, differences, more_than

DISTRIBUTION = np.array([[0.2, 0.0], [0.3, 0.0], [0.5, 1.0]])


@pytest.mark.parametrize(("position", "shape"), [(0, (2, 3, 1, 1, 4)), (1, (2, 1, 3, 1, 4)), (2, (2, 1, 1, 3, 4))])
def test_along_puts_the_parents_axis_in_its_place(position, shape):
    values = np.arange(24.0).reshape(2, 3, 4)
    spread = along(values, position, 3)
    assert spread.shape == shape
    assert spread.ravel().tolist() == values.ravel().tolist()


def test_both_tails():
    assert at_most(DISTRIBUTION) == pytest.approx(np.array([[0.2, 0], [0.5, 0], [1, 1]]))
    assert more_than(DISTRIBUTION) == pytest.approx(np.array([[0.8, 1], [0.5, 1], [0, 0]]))


def test_tails_never_pass_one_whatever_the_rounding():
    tenths = np.full((10, 1), 0.1) * (1 + 2e-16)
    assert at_most(tenths).max() == 1.0
    assert more_than(tenths).max() <= 1.0


def test_small_tails_keep_their_digits():
    assert more_than(np.array([[1.0], [1e-20]]))[0, 0] == 1e-20


def test_differences_undo_the_sums():
    assert differences(at_most(DISTRIBUTION)) == pytest.approx(DISTRIBUTION)
