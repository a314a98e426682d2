from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.conftest import IRAQ
from tocsin.analysis.case import lay_out
from tocsin.analysis.reconcile import reconcile
from tocsin.answering import Irreconcilable, answer
from tocsin.assessment import assess
from tocsin.cli import main
from tocsin.records import Scenario


def scenario(**content) -> Scenario:
    return Scenario(scenario="s", title="S", model=IRAQ.name, **content)


def test_a_scenario_is_assessed_unless_it_asks_to_be_reconciled(iraq):
    plain, asked = scenario(), scenario(reconcile=True)
    assert answer(iraq, plain).as_json() == assess(iraq, plain).as_json()
    reconciled = answer(iraq, asked)
    assert reconciled.as_json() == reconcile(lay_out(iraq, asked)).assessment.as_json()
    # S16 and S25 hold a strike more likely than the model does.
    assert reconciled.outcomes["israeli_strike"].p > assess(iraq, plain).outcomes["israeli_strike"].p + 0.002


def test_what_cannot_be_reconciled_is_refused(iraq, monkeypatch):
    monkeypatch.setattr("tocsin.analysis.reconcile.LEAST", 0.9999)
    with pytest.raises(Irreconcilable, match="cannot be brought together"):
        answer(iraq, scenario(reconcile=True))


def test_the_command_line_reconciles(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    plain, asked = (
        json.loads(CliRunner().invoke(main, ["assess", "--json", *more]).output) for more in ([], ["--reconcile"])
    )
    assert plain["outcomes"]["israeli_strike"]["p"] < asked["outcomes"]["israeli_strike"]["p"]
    assert plain["scenario_digest"] != asked["scenario_digest"]
