"""One language of evidence: what an option says, a cell says."""

import math

import pytest

from tocsin.assessment import gather
from tocsin.batch.encoding import read_cell
from tocsin.cli.question import Given
from tocsin.records.base import is_grade
from tocsin.records.scenario import chance, take_apart


@pytest.mark.parametrize(
    ("option", "cell"),
    [
        (("--observe", "framing=casus_belli"), "casus_belli"),
        (("--report", "framing=casus_belli:B2"), "~casus_belli:B2"),
        (("--report", "framing=none|attribution:C3"), "~none|attribution:C3"),
        (("--believe", "framing=none:20%,casus_belli:80%"), "none:20%|casus_belli:80%"),
        (("--believe", "framing=none:0.2|casus_belli:80%"), "none:0.2|casus_belli:80%"),
    ],
)
def test_an_option_says_what_a_cell_says(iraq, option, cell):
    evidence = gather(iraq, Given((option,)).on(iraq.records, None))
    read = read_cell(cell, "framing", iraq)
    if read.belief is not None:
        assert evidence.beliefs["framing"][0] == pytest.approx(read.belief)
    else:
        facts = iraq.priors.likelihoods.get("framing", 1.0)
        row = evidence.likelihoods["framing"][0]
        assert row / row.max() == pytest.approx(read.likelihood * facts / (read.likelihood * facts).max())


@pytest.mark.parametrize("text", ["", "~", "~:", ":", "|", "~|:B2", "a:|b:", "~a:B7", "a|b"])
def test_whatever_stands_there_is_taken_apart_or_left_as_it_is(text):
    parts = take_apart(text)
    assert parts.kind == ("reported" if text.startswith("~") else "believed" if ":" in text else "observed")
    assert not parts.grade or not is_grade(parts.grade) or parts.kind == "reported"


@pytest.mark.parametrize("text", ["", "20", "-1%", "101%", "nan", "1e9", "٣", "0x1", "1_0%"])
def test_what_is_no_chance_is_none(text):
    assert math.isnan(chance(text))
