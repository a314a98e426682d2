from itertools import product

import numpy as np
import pytest

from tocsin.errors import BadNetwork
from tocsin.network.families import all_of, any_of, index, maximum

SIZES = (2, 3, 4)


def chosen(table):
    assert set(np.unique(table)) <= {0.0, 1.0}
    assert (table.sum(axis=0) == 1).all()
    return table.argmax(axis=0)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (any_of(SIZES), lambda k: int(any(k))),
        (all_of(SIZES), lambda k: int(all(k))),
        (maximum(SIZES, 4), max),
        (maximum(SIZES, 5), max),
    ],
    ids=["any", "all", "maximum", "maximum with a state to spare"],
)
def test_every_configuration(table, expected):
    assert table.shape[1:] == SIZES
    for configuration in product(*map(range, SIZES)):
        assert chosen(table)[configuration] == expected(configuration)


def test_a_single_parent_passes_through():
    assert maximum((3,), 3).tolist() == np.eye(3).tolist()
    assert any_of((2,)).tolist() == all_of((2,)).tolist() == np.eye(2).tolist()


def test_a_maximum_needs_room():
    with pytest.raises(BadNetwork, match="up to 4 states needs as many, not 3"):
        maximum(SIZES, 3)


def test_the_index_is_a_weighted_maximum():
    table = index([1.0, 0.6], (3, 2), [0.5, 0.6, 0.9])
    # Scores of the first parent 0, .5, 1; of the second 0, .6.
    assert chosen(table).tolist() == [[0, 2], [1, 2], [3, 3]]


def test_a_score_on_a_threshold_has_reached_it_despite_rounding():
    assert 0.6 / 3 < 0.2
    assert chosen(index([0.6], (4,), [0.2, 0.4, 0.6])).tolist() == [0, 1, 2, 3]


def test_a_parent_with_one_state_scores_nothing():
    assert chosen(index([1.0, 1.0], (1, 2), [0.5])).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("weights", "thresholds", "message"),
    [([1.0], [0.5], "a weight for each parent: 1 for 2"), ([1.0, 1.0], [0.5, 0.5], "must rise")],
)
def test_what_does_not_fit_is_refused(weights, thresholds, message):
    with pytest.raises(BadNetwork, match=message):
        index(weights, (2, 2), thresholds)
