"""What each statement counts as, in the words that every face uses."""

import pytest

from tests.files.test_loading import spoil
from tocsin.elicitation import weigh
from tocsin.model import open_model
from tocsin.records import StatementChanges
from tocsin.ui.statements import counts_as


@pytest.mark.parametrize(
    ("old", "new", "name", "told"),
    [
        ("credibility: 2\n    reports", "credibility: 5\n    reports", "B2", "speaks against “slow”, × 0.58"),
        ("credibility: 2\n    reports", "credibility: 6\n    reports", "B2", "weighs nothing: of credibility 6, truth cannot be judged"),
        ("reliability: C", "reliability: E", "B1", "weighs nothing: graded E, unreliable"),
        ("reliability: C", "reliability: E", "B2", "weighs nothing: graded E, unreliable"),
        ("reliability: C", "reliability: A", "B1", "55–80 %"),
    ],
)  # fmt: skip
def test_a_statement_is_shown_for_what_it_counts(small, old, new, name, told):
    spoil(small, "statements.yaml", old, new)
    model = open_model(small)
    weights = weigh(model.records, StatementChanges())
    assert counts_as(model.records.by_id[name], model, weights) == told
