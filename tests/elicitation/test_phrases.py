"""Numbers in words are read as said; negations by rule, and those that no rule holds not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.elicitation import UnknownWords, reading
from tocsin.elicitation.lexicon import RULE, phrase

NUMBERS = [
    ("20 to 40 percent", 0.2, 0.4),
    ("20–40 %", 0.2, 0.4),
    ("between 20 and 40 per cent", 0.2, 0.4),
    ("from twenty to forty percent", 0.2, 0.4),
    ("20% to 40%", 0.2, 0.4),
    ("about 30 percent", 0.25, 0.35),
    ("roughly 35 %", 0.325, 0.375),
    ("30 percent chance", 0.25, 0.35),
    ("33 percent", 0.325, 0.335),
    ("thirty-five percent", 0.325, 0.375),
    ("2.5 percent", 0.0245, 0.0255),
    ("one in five", 0.15, 0.25),
    ("about one in five", 0.15, 0.25),
    ("1 in 10", 0.075, 0.125),
    ("a one in twenty chance", 0.0375, 0.0625),
    ("two out of three", 0.583333, 0.75),
    ("two chances in three", 0.583333, 0.75),
    ("fifty-fifty", 0.45, 0.55),
    ("50-50", 0.45, 0.55),
    ("a coin toss", 0.45, 0.55),
    ("even odds", 0.45, 0.55),
    ("more than 60 percent", 0.6, 1.0),
    ("at least 60%", 0.6, 1.0),
    ("less than 10 percent", 0.0, 0.1),
    ("no more than ten percent", 0.0, 0.1),
]
RULED = [
    ("almost certainly not", 0.01, 0.05),
    ("very likely not", 0.05, 0.20),
    ("probably not", 0.20, 0.45),
    ("not likely", 0.20, 0.45),
    ("not probable", 0.20, 0.45),
    ("by no means unlikely", 0.30, 0.70),
    ("not improbable", 0.30, 0.70),
    ("cannot be ruled out", 0.05, 0.50),
    ("can't be excluded", 0.05, 0.50),
    ("might well", 0.35, 0.75),
    ("may not occur", 0.40, 0.80),
]
UNREAD = [
    "not certain", "not absolute", "not very likely", "not", "not for certain", "could not", "never", "40 to 20 percent",
    "0 to 100 percent", "one in one", "five in three", "120 percent", "percent", "in", "forty-thirty percent", "",
    "no doubt", "not not likely",
]  # fmt: skip


@pytest.mark.parametrize(("words", "low", "high"), NUMBERS)
def test_numbers_in_words_are_read_as_said(words, low, high):
    found = phrase(words, lambda _: None)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert found.published
    assert found.rule.startswith("as said")


@pytest.mark.parametrize(("words", "low", "high"), RULED)
def test_negations_are_read_by_rule(lexicons, words, low, high):
    found = reading(words, lexicons["icd203"], {}, lexicons["survey"])
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.source == RULE
    assert found.rule is not None
    assert found.rule.startswith("the complement of") == found.published or found.rule.startswith("assumption")


@pytest.mark.parametrize("words", UNREAD)
def test_what_no_rule_holds_is_refused_with_what_to_write(lexicons, words):
    with pytest.raises(UnknownWords, match=r"read_as: \{range: \[20%, 40%\], because: …\}.*under `hedges`") as caught:
        reading(words, lexicons["icd203"], {}, lexicons["survey"])
    if "not" in words.split():
        assert "did you mean" not in str(caught.value), "a negation is never suggested away"


def test_a_lexicon_goes_before_the_rules(lexicons):
    assert reading("almost certainly not", lexicons["kent"]).source == "kent"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 %-.,–'", max_size=40))
def test_any_words_are_read_or_not_and_never_crash(words):
    found = phrase(words, lambda word: (0.2, 0.4) if word == "likely" else None)
    assert found is None or (0 <= found.low < found.high <= 1)
