"""Sentences that the shipped scenarios do not bring up; the others are read in tests/analysis/test_explain.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import IRAQ
from tocsin import sentences
from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.doubled import Doubled
from tocsin.analysis.flip import Flip
from tocsin.analysis.reconcile import Reconciled
from tocsin.analysis.separation import Separation
from tocsin.analysis.variants import Answer
from tocsin.opening import open_model
from tocsin.records import Scenario
from tocsin.sentences.naming import from_to

STRIKE = "“Israeli strike on Iraqi soil: 1 or 2 strikes or 3 or more strikes”"


@pytest.fixture(scope="module")
def case() -> Case:
    model = open_model(IRAQ)
    content = {
        "scenario": "t",
        "title": "T",
        "model": model.name,
        "evidence": {
            "framing": [{"reported": ["casus_belli"], "grade": "B2"}, {"reported": ["attribution"], "grade": "C3"}],
            "assad": {"believed": {"holds": 0.7, "loses_damascus": 0.3}},
        },
        "forced": {"posture": "degraded"},
        "statements": {"exclude": ["S22"]},
    }
    return lay_out(model, Scenario.model_validate(content))


def test_a_word_that_stays_and_one_that_changes(case: Case) -> None:
    p = case.point["israeli_strike"]
    word = case.assessment.outcomes["israeli_strike"].wording.word
    stays = sentences.without(case, "israeli_strike", "S18", Answer(p - 0.02, 0.0, 1.0, word))
    assert stays == f"Removing S18 (Ahmed Al-Sharifi) lowers {STRIKE} {from_to(p, p - 0.02)}, still *{word}*."
    changes = sentences.without(case, "israeli_strike", "shafaq", Answer(0.9, 0.0, 1.0, "very likely"))
    assert changes.startswith("Removing everything that Shafaq News says raises")
    assert changes.endswith(f"90 %, now *very likely* and no longer *{word}*.")
    assert "leaves" in sentences.without(case, "israeli_strike", "S18", Answer(p, 0.0, 1.0, word))


def test_a_change_is_never_from_a_number_to_the_same_number() -> None:
    assert from_to(0.131, 0.128) == "from 13.1 % to 12.8 %"
    assert from_to(0.12, 0.074) == "from 12 % to 7.4 %"


def test_findings_by_kind(case: Case) -> None:
    parts = {"framing": 0.7, "framing 2": -0.7, "assad": 0.0, "posture": float("nan"), "statements": 0.1}
    told = " ".join(sentences.contributed(case, Contributions(0.1, 0.2, parts, {"framing": 0.01})))
    assert "calls it a reason for force” reported multiplies the odds by 2.01 (log-odds +0.70, sampled" in told
    assert "names Iraq or the east” reported divides the odds by 2.01 (log-odds −0.70)" in told
    assert "Assad holds 70 % or Assad falls 30 %” believed leaves the odds as they are." in told
    assert "“Border posture: degraded” forced: no part can be told" in told
    assert "The scenario's change of statements multiplies" in told


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (Separation(), "no path joins the two."),
        (
            Separation(blocked_by=("framing",)),
            "what is known of “Israel's public line on Iraq” blocks every path to it.",
        ),
        (Separation(colliders=("isis",)), "common effects of which nothing is known (“ISIS activity”)."),
    ],
)
def test_reasons_for_irrelevance(case: Case, why: Separation, told: str) -> None:
    assert sentences.irrelevant(case, "coalition", why).endswith(told)


@pytest.mark.parametrize(
    ("flip", "told"),
    [
        (
            Flip("number", "infiltration_rabia.effects.posture.degraded", None, "likely", 4, 9, 0.8, 0.97, ("R3",)),
            "is on average × 9 instead of × 4 (R3; 97.0 % of belief lies below).",
        ),
        (
            Flip("believed", "assad", "holds", "likely", 0.7, 0.5, 0.8),
            "Assad holds” is believed at 50 % instead of 70 %.",
        ),
        (
            Flip("facts", "posture", None, "likely", 2.18, 1.5, 0.4),
            "facts on posture together had a likelihood ratio of 1.5",
        ),
        (
            Flip("reported", "framing 2", None, "likely", 2.0, 3.0, 0.4),
            "reported had a likelihood ratio of 3 instead of 2.",
        ),
    ],
)
def test_what_would_change_the_word(case: Case, flip: Flip, told: str) -> None:
    assert sentences.flip(case, flip).startswith("It becomes *likely* if ")
    assert told in sentences.flip(case, flip)


def test_votes_that_share_a_voice(case: Case) -> None:
    told = sentences.double(case, Doubled("votes", "x.shares.yes", ("al-sharifi",), ("S1", "S2")))
    assert told == "S1, S2 share Ahmed Al-Sharifi and have one vote between them on x.shares.yes."


def test_reconciling_refused(case: Case) -> None:
    import numpy as np

    refused = Reconciled(("S1",), np.ones(2) / 2, 0.013, (), None)
    (told,) = sentences.reconciled(case, refused)
    assert told.startswith("Refused: only 1.3 % of the draws are left, below 2 %.")


def test_a_price_is_told_where_there_is_one(case: Case) -> None:
    from tocsin.analysis.indicators import indicators

    plan = indicators(case)["israeli_strike"]
    dear = replace(plan.indicators[0], cost=0.5)
    assert "bits per analyst-day" in sentences.indicator(case, "israeli_strike", dear, plan)
    assert "bits per analyst-day" not in sentences.indicator(case, "israeli_strike", plan.indicators[0], plan)
