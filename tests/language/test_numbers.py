"""Every printed number is near what it stands for, on the side of what it does not claim."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.assessment import Estimate, OutcomeEstimate
from tocsin.elicitation import Wording, word_for
from tocsin.elicitation.lexicon import edges_of, words_of
from tocsin.files import lexicons
from tocsin.language.numbers import (
    MONTHS,
    band,
    baseline,
    chance,
    change,
    day,
    days,
    interval,
    median_state,
    number,
    percent,
    percents,
    phrase,
)
from tocsin.records import Lexicon, Term

CHANCES = st.floats(0, 1)
EDGES = (0.0, 5e-324, 0.0005, 0.00049999999999999, 0.0995, 0.09949999999999999, 0.9005, 0.9005000000000001, 0.9995, 1.0)
NAMES = "January February March April May June July August September October November December"
WORD = Wording("unlikely", (0.2, 0.45))


def at_edges(test):
    for p in EDGES:
        test = example(p)(test)
    return test


def value(text):
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
    assert band(Wording("x", (0.005, 0.125))) == "0.5–12.5 %"
    outcome = OutcomeEstimate(0.294, 0.15, 0.44, ("yes",), WORD, 0.1)
    assert phrase(outcome) == "unlikely (20–45 %): 29 % [15–44]"


@given(CHANCES, CHANCES)
@example(0.109, 0.2701)
@example(0.096, 0.21)
@example(0.0994, 0.0996)
@example(0.2941, 0.2949)
@example(0.99996, 1.0)
def test_a_change_agrees_with_the_figures_beside_it(before, after):
    text = change(before, after)
    first, second = number(before), number(after)
    assert (text == "no change") == (first == second)
    if text != "no change":
        figure, noun = text[1:].split(" ")
        assert text[0] == ("+" if after > before else "−")
        assert noun == "points"
        exact = abs(float(second) - float(first))
        inner = [each for each in (first, second) if each not in ("0", "100")]
        decimals = bool(inner) and all("." in each for each in inner)
        assert float(figure) > 0
        assert abs(float(figure) - exact) <= (1e-9 if decimals or exact < 0.5 else 0.5 + 1e-9)
        assert "." not in figure or decimals or exact < 0.5


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (0.109, 0.27, "+16 points"),
        (0.096, 0.21, "+11 points"),
        (0.0312, 0.0871, "+5.6 points"),
        (0.0, 0.3, "+30 points"),
    ],
)
def test_a_change_is_the_difference_of_two_printed_figures(before, after, text):
    assert change(before, after) == text


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9).filter(lambda weights: sum(weights) > 1e-3))
@example([1.0, 1.0, 1.0])
@example([1.0, 1.0, 6.0])
@example([0.29, 0.71])
@example([0.0005, 0.9995])
def test_the_figures_of_a_distribution_sum_to_100(weights):
    chances = [weight / sum(weights) for weight in weights]
    texts = percents(chances)
    counted = [text.removesuffix(" %") for text in texts]
    total = sum(float({"< 0.1": "0", "> 99.9": "100"}.get(text, text)) for text in counted)
    assert round(total, 6) == 100
    tenths = any("." in text for text in counted)
    for p, text in zip(chances, counted, strict=True):
        assert text[0] in "<>" or text in ("0", "100") or ("." in text) == tenths
        if text[0] not in "<>":
            assert abs(float(text) - 100 * p) <= (0.1 if tenths else 1) + 1e-9
        assert text != "0" or p <= 1e-12
        assert text != "100" or p >= 1 - 1e-12


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


ODD = Lexicon(
    name="odd",
    title="Odd",
    source="None",
    terms=(
        Term(word="rare", band=(0.005, 0.125)),
        Term(word="a third", band=(0.125, 1 / 3)),
        Term(word="more", band=(1 / 3, 0.995)),
    ),
)
SPEAKING = [*(lexicon for lexicon in lexicons().values() if lexicon.speaks), ODD]
NEAR = (0.0, 1e-7, 9e-6, 4e-5, 6e-5, 4e-4, 6e-4, 0.004, 0.006)


def grid(lexicon):
    yield from (k / 1000 for k in range(1001))
    for edge in edges_of(lexicon):
        yield from (edge + step for gap in NEAR for step in (gap, -gap) if 0 <= edge + step <= 1)


@pytest.mark.parametrize("lexicon", SPEAKING, ids=lambda lexicon: lexicon.name)
def test_a_number_lies_within_the_band_beside_it_and_on_an_edge_only_if_it_is_there(lexicon):
    bands = {term.word: term.band for term in lexicon.terms}
    for p in grid(lexicon):
        wording = word_for(p, lexicon)
        text = phrase(OutcomeEstimate(p, p, p, ("yes",), wording, p))
        if p in (0, 1):
            assert text.startswith("settled")
            continue
        place, figure = re.fullmatch(r".+ \((.+)\): (.+) \[.+\]", text).groups()
        shown = float(figure.strip("<> %"))
        ends = [100 * end for end in edges_of(lexicon)]
        assert words_of(lexicon).edges == edges_of(lexicon)
        assert figure == percent(p, edges_of(lexicon))
        # Elsewhere a figure has no more digits than it had.
        assert len(figure) <= len(percent(p)) or min(abs(100 * p - end) for end in ends) < 0.5 + 1e-9
        at = [end for end in ends if abs(shown - end) < 5e-4]
        if at:
            assert abs(100 * p - at[0]) < 1e-3
            assert place.startswith("at the border of ") or at[0] / 100 not in bands[wording.word]
        elif place.startswith("below") or place.startswith("above"):
            end = float(re.search(r"[<>] (.+) %", place)[1])
            assert shown < end if "<" in place else shown > end
        elif place.startswith("between"):
            below, above = (bands[word] for word in re.findall("“(.+?)”", place))
            assert 100 * below[1] < shown < 100 * above[0]
        else:
            low, high = (float(end) for end in place.removesuffix(" %").split("–"))
            assert low <= shown <= high
            assert low < shown < high or {low, high} & {0.0, 100.0}


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.546, "roughly even chance (45–55 %): 54.6 %"),
        (0.54996, "roughly even chance (45–55 %): 54.996 %"),
        (0.55, "likely (at the border of 55–80 %): 55 %"),
        (0.5504, "likely (55–80 %): 55.04 %"),
        (0.0096, "almost no chance (below the scale, < 1 %): 0.96 %"),
        (0.56, "likely (55–80 %): 56 %"),
    ],
)
def test_one_more_digit_where_a_number_would_stand_on_an_edge(p, text):
    outcome = OutcomeEstimate(p, 0.5, 0.6, ("yes",), word_for(p, lexicons()["icd203"]), 0.4496)
    assert phrase(outcome) == f"{text} [50–60]"
    assert baseline(outcome) == "44.96 %"
    assert chance(outcome) == text.partition(": ")[2]


def test_points_between_figures_of_several_digits_are_those_of_the_coarser():
    edges = (0.05, 0.45, 0.55)
    assert change(0.0496, 0.082, edges) == "+3.2 points"
    assert change(0.4496, 0.5504, edges) == "+10.08 points"
    assert change(0.38, 0.546, edges) == "+17 points"
