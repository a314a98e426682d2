"""Words and probabilities: the standards' own bands."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.elicitation.toy import SHIPPED
from tocsin.elicitation import UnknownWords, reading, word_for
from tocsin.elicitation.lexicon import RULE, phrase
from tocsin.errors import BadQuery
from tocsin.records import Hedge, Scales

STANDARDS = ["icd203", "phia", "nato", "ipcc", "kent"]

INSIDE = [
    ("icd203", 0.03, "almost no chance"),
    ("icd203", 0.29, "unlikely"),
    ("icd203", 0.5, "roughly even chance"),
    ("icd203", 0.99, "almost certain"),
    ("phia", 0.0, "remote chance"),
    ("phia", 0.15, "highly unlikely"),
    ("phia", 1.0, "almost certain"),
    ("nato", 0.05, "highly unlikely"),
    ("nato", 0.5, "even chance"),
    # Nested bands: the narrowest one that holds the probability.
    ("ipcc", 0.005, "exceptionally unlikely"),
    ("ipcc", 0.03, "extremely unlikely"),
    ("ipcc", 0.1, "very unlikely"),
    ("ipcc", 0.2, "unlikely"),
    ("ipcc", 0.7, "likely"),
    ("ipcc", 0.92, "very likely"),
    ("ipcc", 1.0, "virtually certain"),
    ("kent", 0.07, "almost certainly not"),
    ("kent", 0.75, "probable"),
    ("kent", 0.93, "almost certain"),
]

SHARED = [
    ("icd203", 0.05, "very unlikely"), ("icd203", 0.2, "unlikely"), ("icd203", 0.45, "roughly even chance"),
    ("icd203", 0.55, "likely"), ("icd203", 0.8, "very likely"), ("icd203", 0.95, "almost certain"),
    ("nato", 0.1, "unlikely"), ("nato", 0.9, "highly likely"), ("ipcc", 0.33, "about as likely as not"),
    ("ipcc", 0.66, "likely"), ("kent", 0.87, "almost certain"),
]  # fmt: skip

NEAREST = [
    ("phia", 0.06, "remote chance", "between “"), ("phia", 0.09, "highly unlikely", "between “"),
    ("phia", 0.075, "highly unlikely", "between “"), ("phia", 0.225, "unlikely", "between “"),
    ("kent", 0.61, "chances about even", "between “"), ("kent", 0.01, "almost certainly not", "below the scale, < 2 %"),
    ("icd203", 0.004, "almost no chance", "below the scale, < 1 %"), ("icd203", 0.0, "almost no chance", "below the scale, < 1 %"),
    ("icd203", 1.0, "almost certain", "above the scale, > 99 %"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "p", "word"), INSIDE + SHARED)
def test_a_band_gives_its_word_and_a_shared_boundary_the_higher_one(lexicons, name, p, word):
    wording = word_for(p, lexicons[name])
    place = f"at the border of {wording.band[0] * 100:g}–{wording.band[1] * 100:g} %" if p in wording.band else ""
    assert (wording.word, wording.place) == (word, place if 0 < p < 1 else "")


@pytest.mark.parametrize(("name", "p", "word", "place"), NEAREST)
def test_outside_all_bands_the_nearest_is_named_and_said(lexicons, name, p, word, place):
    wording = word_for(p, lexicons[name])
    assert wording.word == word
    assert wording.place.startswith(place)


def test_a_survey_does_not_speak(lexicons):
    with pytest.raises(BadQuery, match="only reads"):
        word_for(0.5, lexicons["survey"])


@pytest.mark.parametrize("name", STANDARDS)
def test_every_word_of_a_standard_is_said_of_its_own_middle_or_of_a_narrower_band(lexicons, name):
    lexicon = lexicons[name]
    for term in lexicon.terms:
        said = word_for((term.band[0] + term.band[1]) / 2, lexicon)
        bands = {one.word: one.band for one in lexicon.terms}
        assert bands[said.word][1] - bands[said.word][0] <= term.band[1] - term.band[0]


@pytest.mark.parametrize("name", [*STANDARDS, "survey"])
def test_terms_rise_and_no_wording_is_given_twice(lexicons, name):
    terms = lexicons[name].terms
    middles = [sum(term.band) for term in terms if name != "survey"]
    assert middles == sorted(middles)
    wordings = [wording for term in terms for wording in (term.word, *term.phrases)]
    assert len(wordings) == len(set(wordings))
    assert all(wording == wording.casefold() for wording in wordings)


def test_words_are_read_by_the_lexicon_then_the_hedges_then_the_survey(lexicons):
    hedges = {"not unlikely": Hedge(range=(0.3, 0.7), because="x", phrases=("by no means unlikely", "likely"))}
    icd, survey = lexicons["icd203"], lexicons["survey"]
    likely = reading("  LIKELY ", icd, hedges, survey)
    assert (likely.low, likely.high, likely.source, likely.floored) == (0.55, 0.8, "icd203", True)
    hedge = reading("By no  means unlikely", icd, hedges, survey)
    assert (hedge.low, hedge.high, hedge.source, hedge.floored) == (0.3, 0.7, "hedges", False)
    might = reading("might", icd, hedges, survey)
    assert (might.low, might.high, might.source, might.floored) == (0.15, 0.6, "survey", True)
    assert reading("likely", lexicons["kent"], {}).low == 0.63


def test_a_band_without_width_is_widened_by_its_rounding(lexicons):
    even = reading("about even", lexicons["icd203"], {}, lexicons["survey"])
    assert (even.low, even.high) == (0.495, 0.505)


def test_unknown_words_name_the_nearest(lexicons):
    with pytest.raises(UnknownWords, match="did you mean 'very likely'"):
        reading("verry likely", lexicons["icd203"], {}, lexicons["survey"])
    hedges = {"on the cards": Hedge(range=(0.3, 0.7), because="x")}
    with pytest.raises(UnknownWords, match="did you mean 'on the cards', or write on the statement"):
        reading("on teh cards", lexicons["icd203"], hedges)
    with pytest.raises(UnknownWords) as error:
        reading("perhaps-ish", lexicons["icd203"])
    assert str(error.value) == (
        "no lexicon reads 'perhaps-ish'; write on the statement `read_as: {range: [20%, 40%], because: …}`, or under "
        "`hedges` of the model `perhaps-ish: {range: [20%, 40%], because: …}` (`tocsin words` lists what is read)"
    )


def test_the_survey_is_p10_to_p90_of_the_answers(lexicons):
    with (SHIPPED / "survey_quantiles.csv").open(encoding="utf-8") as lines:
        rows = {row["phrase"].casefold(): (float(row["p10"]), float(row["p90"])) for row in csv.DictReader(lines)}
    bands = {term.word: (term.band[0] * 100, term.band[1] * 100) for term in lexicons["survey"].terms}
    assert bands.keys() == rows.keys()
    for word, band in bands.items():
        assert band == pytest.approx(rows[word]), word


def test_every_scale_has_a_source_or_calls_itself_an_assumption(scales):
    fields = set(Scales.model_fields) - {"because"}
    assert set(scales.because) == fields
    assert all("assumption" in reason or any(mark.isdigit() for mark in reason) for reason in scales.because.values())


def test_the_scales_hold_the_constants_of_the_methods(scales):
    assert scales.reliability_weight == {"A": 0.9, "B": 0.75, "C": 0.5, "D": 0.25, "E": 0, "F": 0.4}
    assert scales.credibility_ratio == pytest.approx({1: 20, 2: 8, 3: 3, 4: 1, 5: 1 / 3, 6: 1})
    assert scales.confidence_floor == {"low": 1.13, "moderate": 0.6, "high": 0.32}
    assert scales.judgement_bearing == {"direct": 1, "near": 0.5}
    assert (scales.common_error, scales.open_end) == (0.5, 20)
    assert scales.cover == 0.8


NUMBERS = [
    ("20 to 40 percent", 0.2, 0.4), ("20–40 %", 0.2, 0.4), ("between 20 and 40 per cent", 0.2, 0.4),
    ("from twenty to forty percent", 0.2, 0.4), ("20% to 40%", 0.2, 0.4), ("about 30 percent", 0.25, 0.35),
    ("roughly 35 %", 0.325, 0.375), ("30 percent chance", 0.25, 0.35), ("33 percent", 0.325, 0.335),
    ("thirty-five percent", 0.325, 0.375), ("2.5 percent", 0.0245, 0.0255), ("one in five", 0.15, 0.25),
    ("about one in five", 0.15, 0.25), ("1 in 10", 0.075, 0.125), ("a one in twenty chance", 0.0375, 0.0625),
    ("two out of three", 0.583333, 0.75), ("two chances in three", 0.583333, 0.75), ("fifty-fifty", 0.45, 0.55),
    ("50-50", 0.45, 0.55), ("a coin toss", 0.45, 0.55), ("even odds", 0.45, 0.55), ("more than 60 percent", 0.6, 1.0),
    ("at least 60%", 0.6, 1.0), ("less than 10 percent", 0.0, 0.1), ("no more than ten percent", 0.0, 0.1),
]  # fmt: skip
RULED = [
    ("almost certainly not", 0.01, 0.05), ("very likely not", 0.05, 0.20), ("probably not", 0.20, 0.45),
    ("not likely", 0.20, 0.45), ("not probable", 0.20, 0.45), ("by no means unlikely", 0.30, 0.70),
    ("not improbable", 0.30, 0.70), ("cannot be ruled out", 0.05, 0.50), ("can't be excluded", 0.05, 0.50),
    ("might well", 0.35, 0.75), ("may not occur", 0.40, 0.80),
]  # fmt: skip
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
