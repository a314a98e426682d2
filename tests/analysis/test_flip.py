from dataclasses import replace

import numpy as np
import pytest

from tocsin.analysis.case import words_of
from tocsin.analysis.flip import flips
from tocsin.analysis.parameters import Turner, parameters
from tocsin.elicitation import word_for

BELIEF = "evidence: {framing: {believed: {none: 5%, attribution: 5%, casus_belli: 90%}}}"


@pytest.mark.parametrize("name", ["icd203", "phia", "nato", "ipcc", "kent"])
def test_steps_are_the_words_of_the_lexicon(iraq, name):
    lexicon = iraq.records.lexicons[name]
    words = words_of(lexicon)
    for p in np.concatenate([np.linspace(0, 1, 1001), words.cuts + 1e-9, words.cuts - 1e-9]):
        assert words.word(float(p)) == word_for(float(p), lexicon).word, p


def test_a_number_that_flips_the_word_stands_on_the_cut(iraq, case):
    made = case(iraq, "evidence: {framing: {observed: casus_belli}}")
    found = flips(made)
    turner, named = Turner(iraq), {one.key: one for one in parameters(iraq.priors)}
    checked = 0
    for outcome, several in found.items():
        for flip in (one for one in several if one.kind == "number"):
            one = named[flip.name]
            # The move that the new mean stands for, found again by bisection.
            low, high = -8.0, 8.0
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if turner.mean_after(one, middle) < flip.after else (low, middle)
            p = float(made.chances(made.evidence.likelihoods, turner.moved(one, [low]))[outcome][0])
            assert np.abs(p - made.words.cuts).min() < 1e-6, flip
            assert made.words.word(made.point[outcome]) != flip.word
            assert flip.before == pytest.approx(turner.mean_after(one, 0.0))
            assert flip.distance == pytest.approx(abs(one.distance(flip.before, flip.after)))
            checked += 1
        assert [one.distance for one in several] == sorted(one.distance for one in several)
    assert checked > 8


def test_no_other_number_flips_sooner(iraq, case):
    """A fine scan with all draws, moving every number by a little less than the distance told."""
    made = case(iraq, "evidence: {framing: {observed: casus_belli}}")
    turner = Turner(iraq)
    nearest = min(one.distance for one in flips(made)["israeli_strike"] if one.kind == "number")
    word = made.words.word(made.point["israeli_strike"])
    for one in parameters(iraq.priors):
        for step in (-0.95 * nearest, 0.95 * nearest):
            # A prior's mean moves by less than the prior, so this tries no more than it should.
            p = made.chances(made.evidence.likelihoods, turner.moved(one, [step]))["israeli_strike"][0]
            assert made.words.word(float(p)) == word, one.key


def test_a_belief_and_a_report(iraq, case, scenario):
    outcome, flip = next(
        (outcome, one)
        for outcome, several in flips(case(iraq, BELIEF)).items()
        for one in several
        if one.kind == "believed"
    )
    rest = {"none": 0.05, "attribution": 0.05, "casus_belli": 0.9}
    others = sum(p for state, p in rest.items() if state != flip.state)
    for side, changes in ((0.999, False), (1.001, True)):
        moved = flip.before + (flip.after - flip.before) * side
        belief = {state: moved if state == flip.state else p * (1 - moved) / others for state, p in rest.items()}
        text = ", ".join(f"{state}: {p:.12f}" for state, p in belief.items())
        again = case(iraq, f"evidence: {{framing: {{believed: {{{text}}}}}}}")
        assert (again.assessment.outcomes[outcome].wording.word == flip.word) == changes


def test_a_report_s_ratio(iraq, case):
    text = "evidence: {{framing: {{likelihood: {{none: 1, attribution: 1, casus_belli: {}}}}}}}"
    found = flips(case(iraq, text.format(50)))["israeli_strike"]
    flip = next(one for one in found if one.kind == "reported")
    assert flip.before == pytest.approx(50)
    for side, changes in ((0.999, False), (1.001, True)):
        again = case(iraq, text.format(flip.before * (flip.after / flip.before) ** side))
        assert (again.assessment.outcomes["israeli_strike"].wording.word == flip.word) == changes
    assert flip.distance == pytest.approx(abs(np.log(flip.after / flip.before)))


def test_facts_that_an_observation_overrules_flip_nothing(iraq, case):
    found = flips(case(iraq, "evidence: {framing: {observed: casus_belli}}"))
    assert not [one for several in found.values() for one in several if (one.kind, one.name) == ("facts", "framing")]
    observed = next(one for one in found["israeli_strike"] if one.kind == "observed")
    ratio = observed.after
    text = "evidence: {{framing: {{likelihood: {{none: {0}, attribution: {0}, casus_belli: 1}}}}}}"
    for side, word in ((1.01, "unlikely"), (0.99, observed.word)):
        again = case(iraq, text.format(1 / (ratio * side)))
        assert again.assessment.outcomes["israeli_strike"].wording.word == word


def test_facts_that_are_improbable_in_every_state_are_moved_by_their_ratio_alone(iraq, case):
    def of(facts):
        priors = replace(iraq.priors, likelihoods={**iraq.priors.likelihoods, "framing": facts})
        return flips(case(replace(iraq, priors=priors)))

    facts = np.array([1.0, 1.0, 1.01])
    assert of(facts * 1e-200) == of(facts)
