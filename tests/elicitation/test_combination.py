"""A number's reference and its statements together: known values, properties, and how often the interval covers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tocsin.elicitation import combination
from tocsin.elicitation.combination import Combination, Observation, combine, matching, voices_of
from tocsin.elicitation.distributions import NormalOnLine, from_interval

COMMON = 0.5
Z = 1.2815515655446004


def _said(low, high, weight, name="a", floor=0.0, **who):
    """An observation from an interval; none of weight 0."""
    said = from_interval("chance", low, high, 0.8)
    speaker, origin = who.get("speaker", name), who.get("origin", name)
    variance = max(said.sigma, floor) ** 2
    return [Observation(name, speaker, origin, said.mu, variance / weight)] if weight else []


def _together(reference, said, **options):
    start = from_interval("chance", *reference, 0.8)
    return combine((start.mu, start.sigma**2), said, options.pop("common", COMMON), **options)


def _chance(found):
    distribution = NormalOnLine("chance", found.mean, found.variance**0.5)
    return (distribution.mean, *map(float, distribution.quantile([0.1, 0.9])))


# Known values: worked out by quadrature in a prototype of its own, κ² = 0.5.
@pytest.mark.parametrize(
    ("weight", "mean", "ends"),
    [
        (0, 0.0542, (0.0100, 0.1200)), (0.001, 0.0541, None), (0.1, 0.0479, (0.0096, 0.1041)),
        (0.4, 0.0376, (0.0088, 0.0785)), (1, 0.0297, (0.0083, 0.0593)),
    ],
)  # fmt: skip
def test_a_promise_on_a_border(weight, mean, ends):
    found, *interval = _chance(_together((0.01, 0.12), _said(0.003, 0.04, weight)))
    assert found == pytest.approx(mean, abs=6e-5)
    assert ends is None or interval == pytest.approx(ends, abs=2e-4)


@pytest.mark.parametrize(
    ("weight", "mean", "ends"),
    [
        (0, 0.2155, None),
        (0.25, 0.2416, (0.0745, 0.4610)),
        (0.5, 0.2547, (0.0900, 0.4632)),
        (1, 0.2679, (0.1082, 0.4631)),
    ],
)
def test_a_hedge_about_a_strike(weight, mean, ends):
    found, *interval = _chance(_together((0.05, 0.45), _said(0.15, 0.60, weight)))
    assert found == pytest.approx(mean, abs=6e-5)
    assert ends is None or interval == pytest.approx(ends, abs=2e-4)


@pytest.mark.parametrize(
    ("voices", "mean", "ends"),
    [
        (0, 0.5, None), (1, 0.8056, (0.6162, 0.9444)), (2, 0.8282, None), (3, 0.8342, None), (5, 0.8392, None),
        (10, 0.8430, (0.7236, 0.9367)),
    ],
)  # fmt: skip
def test_independent_voices_that_agree(voices, mean, ends):
    said = [each for k in range(voices) for each in _said(0.8, 0.95, 0.9, f"v{k}", 0.60)]
    found, *interval = _chance(_together((0.1, 0.9), said))
    assert found == pytest.approx(mean, abs=6e-5)
    assert ends is None or interval == pytest.approx(ends, abs=2e-4)


def test_almost_certain_against_almost_no_chance():
    said = _said(0.95, 0.99, 0.9, "a", 0.60) + _said(0.01, 0.05, 0.9, "b", 0.60)
    found = _together((0.1, 0.9), said)
    assert _chance(found) == pytest.approx((0.500, 0.004, 0.996), abs=5e-4)
    assert found.dispute > 2


def _brute(reference, votes, common):
    """Mean and variance on the line by plain quadrature over the number and the shared error; not widened."""
    x, e = np.linspace(-14, 14, 1401)[:, None], np.linspace(-5, 5, 501)[None, :]
    log = -((x - reference[0]) ** 2) / (2 * reference[1]) - e**2 / (2 * common)
    for mean, variance in votes:
        log = log - (x + e - mean) ** 2 / (2 * variance)
    density = np.exp(log - log.max())
    density /= density.sum()
    middle = float((density * x).sum())
    return middle, float((density * (x - middle) ** 2).sum())


@settings(max_examples=25)
@given(
    st.floats(-3, 3),
    st.floats(0.3, 4),
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.3, 4)), min_size=1, max_size=3),
    st.floats(0.1, 1),
)
def test_the_shared_error_is_integrated_out(start, spread, votes, common):
    said = [Observation(f"s{k}", f"p{k}", f"o{k}", *vote) for k, vote in enumerate(votes)]
    found = combine((start, spread), said, common)
    mean, variance = _brute((start, spread), votes, common)
    assert found.mean == pytest.approx(mean, abs=1e-4)
    assert found.variance / max(1.0, found.dispute) == pytest.approx(variance, rel=1e-3)


observations = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("1234"), st.floats(-4, 4), st.floats(0.2, 6)),
    min_size=1,
    max_size=7,
).map(lambda rows: [Observation(f"s{k}", *row) for k, row in enumerate(rows)])


@given(observations, st.data())
def test_a_copy_changes_nothing(said, data):
    copied = data.draw(st.sampled_from(said))
    again = Observation("z", copied.speaker, copied.origin, copied.mean, copied.variance)
    before, after = combine((0.0, 1.0), said, COMMON), combine((0.0, 1.0), [*said, again], COMMON)
    assert (after.mean, after.variance) == pytest.approx((before.mean, before.variance), rel=1e-9, abs=1e-9)


@given(observations)
def test_nobody_speaks_twice_and_no_origin_is_told_twice(said):
    voices = voices_of(said)
    leaders = [next(each for each in said if each.statement == voice.name) for voice in voices]
    assert len({each.speaker for each in leaders}) == len({each.origin for each in leaders}) == len(voices)
    assert sorted(member.statement for voice in voices for member in voice.members) == [each.statement for each in said]
    assert all(voice.variance == min(member.variance for member in voice.members) for voice in voices)


@pytest.mark.parametrize("most", [8, 0], ids=["by subsets", "by assignment"])
@given(said=observations)
def test_the_matching_is_the_heaviest(monkeypatch, most, said):
    """Against the linear programme over edges, whose vertices are matchings (Birkhoff)."""
    monkeypatch.setattr(combination, "MOST_BY_SUBSETS", most)
    edges = [(each.speaker, each.origin) for each in said]
    weights = np.array([each.precision for each in said])
    ends = sorted({("s", left) for left, _ in edges} | {("o", right) for _, right in edges})
    incidence = np.array([[float(end in (("s", left), ("o", right))) for left, right in edges] for end in ends])
    best = linprog(-weights, A_ub=incidence, b_ub=np.ones(len(ends)), bounds=(0, 1)).fun
    assert weights[matching(edges, weights)].sum() == pytest.approx(-best, rel=1e-6)


def test_equal_weights_keep_the_earlier_edge():
    assert matching([("A", "1"), ("A", "2"), ("B", "1")], np.ones(3)) == [1, 2]
    assert matching([("A", "1"), ("B", "1")], np.ones(2)) == [0]
    assert matching([("A", "1"), ("B", "1")], np.array([1.0, 1 + 1e-14])) == [0]
    assert matching([], np.ones(0)) == []


def test_a_further_confirming_report_never_lowers_the_answer():
    """Two independent voices stay two when a third statement ties their speakers together."""
    pair = [Observation("a", "A", "1", 2.0, 1.0), Observation("b", "B", "2", 2.0, 1.0)]
    tied = [*pair, Observation("c", "A", "2", 2.0, 1.0)]
    assert len(voices_of(tied)) == 2
    assert combine((0.0, 1.0), tied, COMMON).mean == pytest.approx(combine((0.0, 1.0), pair, COMMON).mean)


@given(observations, st.data())
def test_monotone_in_every_word(said, data):
    place = data.draw(st.integers(0, len(said) - 1))
    chosen = said[place]
    higher = Observation(chosen.statement, chosen.speaker, chosen.origin, chosen.mean + 0.5, chosen.variance)
    # Words of another speaker are no copy any more once they are moved.
    if any(
        (e.speaker, e.mean) in ((chosen.speaker, chosen.mean), (chosen.speaker, chosen.mean + 0.5))
        for e in said[:place] + said[place + 1 :]
    ):
        return
    after = [*said[:place], higher, *said[place + 1 :]]
    assert combine((0.0, 1.0), after, COMMON).mean >= combine((0.0, 1.0), said, COMMON).mean - 1e-12


@settings(max_examples=20)
@given(st.floats(-4, 4), st.floats(0.2, 6), st.floats(-3, 3), st.floats(0.3, 4))
def test_a_weight_leads_from_the_reference_to_the_words_without_a_jump(mean, variance, start, spread):
    weights = np.geomspace(1e-8, 1, 1200)
    places = [
        combine((start, spread), [Observation("a", "a", "a", mean, variance / weight)], COMMON).mean
        for weight in weights
    ]
    assert places[0] == pytest.approx(start, abs=1e-5)
    steps = np.diff(places)
    assert (steps * np.sign(mean - start) >= -1e-12).all()
    assert np.abs(steps[1:]).max(initial=0) < 0.1


@given(st.lists(st.floats(0.2, 4), min_size=1, max_size=5), st.floats(0.3, 4), st.floats(-3, 3))
def test_an_agreeing_voice_never_widens_before_disagreement_is_counted(variances, spread, mean):
    said = [Observation(f"s{k}", f"p{k}", f"o{k}", mean, variance) for k, variance in enumerate(variances)]
    found = [combine((0.0, spread), said[:count], COMMON) for count in range(len(said) + 1)]
    widths = [each.variance / max(1.0, each.dispute) for each in found]
    assert (np.diff(widths) <= 1e-12).all()
    distances = [abs(each.mean - mean) for each in found]
    assert (np.diff(distances) <= 1e-12).all()


@given(observations)
def test_shares_of_precision_sum_to_1(said):
    found = combine((0.0, 1.0), said, COMMON)
    assert found.reference_share + sum(share for _, share in found.shares) == pytest.approx(1)
    assert all(0 <= share <= 1 for _, share in found.shares)


def test_without_statements_it_is_the_reference():
    assert combine((0.3, 1.7), [], COMMON) == Combination(0.3, 1.7)


def test_rules_to_compare_with():
    """Agreement adds nothing to an average, and disagreement widens a mixture."""
    alone = [Observation("a", "a", "a", 1.0, 1.0)]
    agreed = [*alone, Observation("b", "b", "b", 1.0, 1.0)]
    apart = [*alone, Observation("b", "b", "b", 3.0, 1.0)]
    for rule in ("average", "linear"):
        assert combine((0.0, 1.0), agreed, COMMON, rule).variance == pytest.approx(
            combine((0.0, 1.0), alone, COMMON, rule).variance
        )
    assert combine((0.0, 1.0), apart, COMMON, "average").mean > combine((0.0, 1.0), apart, COMMON, "linear").mean
    # The mixture of N(1, 1) and N(3, 1) has mean 2 and variance 1 + 1; with κ² that is 2.5.
    assert combine((0.0, 1.0), apart, COMMON, "linear").mean == pytest.approx(2 / 2.5 / (1 + 1 / 2.5))


def _covered(experts, generator, common_share, scale, common):
    """How often the 80 % interval holds the truth: reference sd 1.4, words sd 0.8; the experts' true error variance is
    0.64 × scale², of which `common_share` is shared."""
    truths = generator.normal(0, 1.4, 40_000)
    true_variance = (0.8 * scale) ** 2
    shared = generator.normal(0, np.sqrt(true_variance * common_share), truths.shape)
    own = generator.normal(0, np.sqrt(true_variance * (1 - common_share)), (experts, len(truths)))
    return _cover_of(truths, truths + shared + own, common)


def _cover_of(truths, words, common, *, widened=True):
    """As `combine` for votes of one variance, in arrays; checked against it below."""
    experts, error = len(words), 0.64 / len(words) + common
    precision = 1 / 1.96 + 1 / error
    middle = words.mean(axis=0)
    mean = middle / error / precision
    scatter = mean**2 / 1.96 + (middle - mean) ** 2 / error + ((words - middle) ** 2).sum(axis=0) / 0.64
    factor = np.maximum(1.0, scatter / experts) if widened else 1.0
    return float((np.abs(truths - mean) <= Z * np.sqrt(factor / precision)).mean())


def test_the_simulation_is_of_this_rule():
    words = np.array([[0.3], [1.9], [-0.4]])
    said = [Observation(f"s{k}", f"p{k}", f"o{k}", float(word[0]), 0.64) for k, word in enumerate(words)]
    found = combine((0.0, 1.96), said, COMMON)
    ends = found.mean + Z * found.variance**0.5 * np.array([-1, 1])
    for truth, inside in ((ends[0] - 1e-6, 0.0), (ends[0] + 1e-6, 1.0), (ends[1] - 1e-6, 1.0), (ends[1] + 1e-6, 0.0)):
        assert _cover_of(np.array([truth]), words, COMMON) == inside


@pytest.mark.parametrize("experts", [1, 2, 3, 5])
def test_simulated_coverage(experts):
    """As good as their words: .88 to .97. Errors twice their words, half of them shared: .73 or more. Exactly .80 where
    the error model is true and nothing is widened."""
    generator = np.random.default_rng(20241201 + experts)
    assert 0.88 <= _covered(experts, generator, 0.0, 1.0, COMMON) <= 0.975
    assert 0.86 <= _covered(experts, generator, 0.5, 1.0, COMMON) <= 0.975
    assert _covered(experts, generator, 0.5, 2.0, COMMON) >= 0.73
    truths = generator.normal(0, 1.4, 40_000)
    words = truths + generator.normal(0, COMMON**0.5, truths.shape) + generator.normal(0, 0.8, (experts, len(truths)))
    assert _cover_of(truths, words, COMMON, widened=False) == pytest.approx(0.80, abs=0.008)
