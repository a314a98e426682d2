"""Costs and stakes that a reader moves."""

import math
import re

import pytest

from tests.choices.conftest import DRILL, OIL, written_choice
from tocsin.choices.comparison import compare_options
from tocsin.files.choice_files import checked_choice
from tocsin.files.yaml12 import parse
from tocsin.records.choice import Amount
from tocsin.records.scenario import baseline
from tocsin.ui import stakes

SPREAD = DRILL.replace("{value: 70,", "{range: [49, 100],").replace(
    "drill: yes}}", "drill: yes}, cost: {value: 0, because: t}}"
)


@pytest.fixture
def oil(tiny):
    return tiny(OIL, "  - {id: S1, speaker: ann, source: paper, where: p, claim: c, credibility: 3, context: [oil]}")


def test_an_amount_is_held_and_all_else_stays(oil):
    choice = written_choice(oil, SPREAD)
    assert stakes.held(choice, {}) is choice
    now = stakes.held(choice, {"stakes.0.loss": 10.0, "options.drill.cost": 5.0})
    assert dict(now.amounts())["stakes.0.loss"] == Amount(value=10, because="Raiffa 1968")
    assert dict(choice.amounts())["stakes.0.loss"].range == (49, 100)
    assert now.digest != choice.digest
    again = checked_choice(parse(stakes.as_yaml(now).decode(), "t.yaml"), oil.records)
    assert again == now
    # 0.5 · 10 - 0.3 · 50 - 0.2 · 200 + 5
    assert compare_options(oil, baseline(oil.name), now).option("drill").loss == pytest.approx(-45)


def test_what_is_no_amount_of_the_choice_is_not_accepted(oil):
    choice = written_choice(oil, SPREAD)
    sent = {
        "stakes.0.loss": 3,
        "stakes.9.loss": 1,
        "stakes.1.gain": -1,
        "stakes.2.gain": "7",
        "options.drill.cost": 1e99,
    }
    assert stakes.accepted(choice, sent) == {"stakes.0.loss": 3}
    assert stakes.accepted(choice, "x") == {}


@pytest.mark.parametrize(
    ("amount", "middle"),
    [
        ({"range": (2, 8)}, 4),
        ({"range": (1, 10_000)}, 100),
        ({"value": 7}, 7),
        ({"value": 0}, 3),
        ({"value": 1e12}, 1e12),
    ],
)
def test_a_slider_holds_its_range_with_room_beside_it(amount, middle):
    least, most = stakes.ends(Amount(because="t", **amount), usual=3)
    low, high = amount.get("range", (middle, middle))
    assert 0 < least < low <= high <= most <= 1e12
    if most < 1e12:
        assert math.sqrt(least * most) == pytest.approx(middle)


def test_each_amount_has_a_slider_named_by_what_it_is_of(oil):
    choice = written_choice(oil, SPREAD)
    drawn = stakes.sliders(oil.records, choice)
    assert re.findall(r'data-amount="([^"]+)"', drawn) == [key for key, _ in choice.amounts()]
    labels = re.findall(r'type="range"[^>]* aria-label="([^"]+)"', drawn)
    assert len(set(labels)) == 4
    assert labels[0] == "The cost of “drill”"
    assert re.findall(r'data-to="([^"]*)"', drawn) == ["", "", "49", "70", "100", "", ""]
