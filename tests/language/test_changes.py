"""How a forecast changed, in one sentence."""

from datetime import date

import pytest

from tocsin.language.changes import Cause, WordedEstimate, changed

UNLIKELY, LIKELY = WordedEstimate(0.27, 0.13, 0.42, "unlikely"), WordedEstimate(0.61, 0.4, 0.75, "likely")
REPORT = Cause(date(2024, 12, 3), "framing", "~casus_belli:B2", "Radio A", 0.9)
OTHER = Cause(date(2024, 12, 4), "us_position", "opposes", "", -0.2)
SEVERAL = Cause(date(2024, 12, 4), "isis", "", "", 0.1)
GONE = Cause(date(2024, 12, 4), "tides", "high", "", 0.05)


@pytest.mark.parametrize(
    ("before", "after", "causes", "expected"),
    [
        (
            UNLIKELY, LIKELY, (REPORT, OTHER),
            "An Israeli strike on Iraqi soil is now likely (61 % [40–75]), up from unlikely (27 %), mostly because a "
            "report graded B2 says that Israel calls the attacks a reason for force (Radio A).",
        ),
        (
            LIKELY, WordedEstimate(0.57, 0.4, 0.7, "likely"), (OTHER,),
            "An Israeli strike on Iraqi soil goes from 61 % to 57 % [40–70] and stays likely, mostly because Washington "
            "opposes",
        ),
        (UNLIKELY, LIKELY, (SEVERAL, GONE), "mostly because what came in on “ISIS activity” and tides high."),
        (LIKELY, WordedEstimate(1.0, 1.0, 1.0, "almost certainly"), (), "is settled: 100 %, 61 % before."),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence(iraq, before, after, causes, expected):
    assert expected in changed(iraq.records, "israeli_strike", before, after, causes)
