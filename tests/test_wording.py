"""Every printed number is near what it stands for, on the side of what it does not claim."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.assessment import Estimate, OutcomeEstimate
from tocsin.elicitation import Wording
from tocsin.wording import MONTHS, band, day, days, interval, median_state, number, percent, phrase, points

CHANCES = st.floats(0, 1)
EDGES = (0.0, 5e-324, 0.0005, 0.00049999999999999, 0.0995, 0.09949999999999999, 0.9005, 0.9005000000000001, 0.9995, 1.0)
NAMES = "January February March April May June July August September October November December"
WORD = Wording("unlikely", (0.2, 0.45), exact=True)


def at_edges(test):
    for p in EDGES:
        test = example(p)(test)
    return test


def value(text: str) -> float:
    return float(text.removesuffix(" %").removeprefix("< ").removeprefix("> "))


@at_edges
@given(CHANCES)
def test_a_percent_is_near_and_claims_no_certainty(p):
    text = percent(p)
    assert (text == "0 %") == (p == 0)
    assert (text == "100 %") == (p == 1)
    assert text.startswith("< ") == (0 < p < 0.0005)
    assert text.startswith("> ") == (0.9995 <= p < 1)
    if text[0] == "<":
        assert text == "< 0.1 %"
    elif text[0] == ">":
        assert text == "> 99.9 %"
    else:
        assert text == f"{number(p)} %"


@at_edges
@given(CHANCES)
def test_a_number_is_whole_in_the_middle_and_has_one_decimal_at_the_ends(p):
    text = number(p)
    whole = 0.0995 <= p <= 0.9005 or text in ("0", "100")
    assert ("." in text) != whole
    assert len(text.partition(".")[2]) == (0 if whole else 1)
    assert abs(float(text) - 100 * p) <= (0.5 if whole and text not in ("0", "100") else 0.05) + 1e-9


@given(CHANCES, CHANCES)
def test_what_is_greater_is_never_printed_as_less(p, q):
    low, high = sorted((p, q))
    assert value(percent(low)) <= value(percent(high))
    assert float(number(low)) <= float(number(high))


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0994, "9.9"), (0.0995, "10"), (0.1049, "10"), (0.5, "50"), (0.9005, "90"), (0.9006, "90.1"), (0.001, "0.1"),
        (0.01, "1.0"), (0.99, "99.0"), (0.9996, "100"), (0.0004, "0"), (0.1, "10"), (0.9, "90"),
    ],
)  # fmt: skip
def test_numbers(p, text):
    assert number(p) == text


def test_intervals_bands_and_phrases():
    assert interval(Estimate(0.3, 0.154, 0.441)) == "[15–44]"
    assert interval(Estimate(0.3, 0.0, 1.0)) == "[0–100]"
    assert band(WORD) == "20–45 %"
    assert band(Wording("x", (0.005, 0.125), exact=True)) == "0.5–12.5 %"
    outcome = OutcomeEstimate(0.294, 0.15, 0.44, ("yes",), WORD, 0.1)
    assert phrase(outcome) == "unlikely (20–45 %): 29 % [15–44]"


@given(st.floats(-1, 1))
@example(0.0005)
@example(-0.0005)
@example(0.000499999)
@example(-0.000499999)
@example(0.0)
def test_a_change_has_its_sign_or_is_none(change):
    text = points(change)
    assert (text == "no change") == (abs(change) < 0.0005)
    if text != "no change":
        figure, noun = text[1:].split(" ")
        assert text[0] == ("+" if change > 0 else "−")
        assert noun == "points"
        assert abs(float(figure) - abs(100 * change)) <= 0.05 + 1e-9
        assert len(figure.partition(".")[2]) == 1


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any))
def test_the_middle_state_has_half_on_either_side(weights):
    chances = {f"s{place}": weight / sum(weights) for place, weight in enumerate(weights)}
    middle = int(median_state(chances)[1:])
    assert sum(weights[: middle + 1]) * 2 >= sum(weights) - 1e-6
    assert sum(weights[:middle]) * 2 <= sum(weights) + 1e-6


def test_the_middle_of_even_halves_is_the_milder_and_rounding_has_an_end():
    assert median_state({"low": 0.5, "high": 0.5}) == "low"
    assert median_state({"low": 0.4999, "high": 0.5001}) == "high"
    assert median_state({"low": 0.2, "guarded": 0.1, "high": 0.1999}) == "high"


@pytest.mark.parametrize("month", range(12))
def test_days_in_english(month):
    first = date(2024, month + 1, 1)
    assert day(first) == f"1 {MONTHS[month]} 2024"
    assert MONTHS[month] == NAMES.split()[month]
    assert days(first, first + timedelta(days=27)) == f"1 {MONTHS[month]} to 28 {MONTHS[month]} 2024"


def test_a_year_is_said_once_where_both_days_share_it():
    assert days(date(2024, 2, 3), date(2024, 4, 5)) == "3 February to 5 April 2024"
    assert days(date(2024, 12, 1), date(2025, 1, 31)) == "1 December 2024 to 31 January 2025"
