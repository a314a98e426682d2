"""Pools: formulas by hand, and what every pool must do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.elicitation.distributions import Beta, LogNormal
from tocsin.elicitation.mixtures import Mixture, Recentred
from tocsin.elicitation.pooling import pool, pool_ratios
from tocsin.records.model import PoolRule

VOTES = [(0.25, Beta(3.0, 9.0)), (0.75, Beta(12.0, 8.0))]
RULES = ["log_odds", "linear", "logarithmic", "beta_transformed", "cooke"]


def _rule(name: str, **fields: float) -> PoolRule:
    return PoolRule.model_validate({"rule": name, **fields})


def test_log_odds_by_hand() -> None:
    # p = .25 and .6: odds (1/3)^.25 (3/2)^.75.
    pooled = pool(VOTES, _rule("log_odds"))
    odds = (1 / 3) ** 0.25 * 1.5**0.75
    assert pooled.point == pytest.approx(odds / (1 + odds))
    assert isinstance(pooled.distribution, Recentred)
    assert pooled.distribution.mean == pytest.approx(pooled.point, abs=1e-12)
    assert pooled.distribution.base == Mixture((0.25, 0.75), (Beta(3.0, 9.0), Beta(12.0, 8.0)))


def test_linear_and_cooke_by_hand() -> None:
    for name in ("linear", "cooke"):
        pooled = pool(VOTES, _rule(name))
        assert pooled.point == pytest.approx(0.25 * 0.25 + 0.75 * 0.6)
        assert pooled.distribution == Mixture((0.25, 0.75), (Beta(3.0, 9.0), Beta(12.0, 8.0)))


def test_logarithmic_by_hand() -> None:
    pooled = pool(VOTES, _rule("logarithmic"))
    assert pooled.distribution == Beta(pytest.approx(9.75), pytest.approx(8.25))
    # The density is the normalised product of powers.
    x = np.array([0.3, 0.6])
    product = Beta(3.0, 9.0).pdf(x) ** 0.25 * Beta(12.0, 8.0).pdf(x) ** 0.75
    density = pooled.distribution.pdf(x)
    assert density[0] / density[1] == pytest.approx(product[0] / product[1])


def test_beta_transformed_by_hand() -> None:
    # H of Beta(2, 2) is 3 x² - 2 x³ (Ranjan & Gneiting 2010); it sharpens away from the middle.
    x = 0.25 * 0.25 + 0.75 * 0.6
    pooled = pool(VOTES, _rule("beta_transformed", alpha=2, beta=2))
    assert pooled.point == pytest.approx(3 * x**2 - 2 * x**3)
    assert pooled.distribution.mean == pytest.approx(pooled.point, abs=1e-12)
    assert pool(VOTES, _rule("beta_transformed")) == pool(VOTES, _rule("linear"))


@pytest.mark.parametrize("name", ["log_odds", "linear", "logarithmic", "cooke"])
def test_one_vote_stays_the_exact_beta(name: str) -> None:
    assert pool([(1.0, Beta(3.4, 25.1))], _rule(name)).distribution == Beta(3.4, 25.1)


def test_disagreement_widens_the_log_odds_pool() -> None:
    together = pool([(0.5, Beta(10.0, 10.0)), (0.5, Beta(10.5, 9.5))], _rule("log_odds")).distribution
    apart = pool([(0.5, Beta(4.0, 16.0)), (0.5, Beta(16.0, 4.0))], _rule("log_odds")).distribution
    assert apart.variance > 3 * together.variance


betas = st.builds(Beta, st.floats(0.5, 60), st.floats(0.5, 60))


@settings(deadline=None)
@given(st.lists(betas, min_size=1, max_size=4), st.data())
@pytest.mark.parametrize("name", ["log_odds", "linear", "cooke"])
def test_the_pooled_point_lies_between_and_is_the_mean_of_what_is_drawn(
    name: str, parts: list[Beta], data: st.DataObject
) -> None:
    raw = np.array([data.draw(st.floats(0.05, 1)) for _ in parts])
    pooled = pool(list(zip((raw / raw.sum()).tolist(), parts, strict=True)), _rule(name))
    means = [part.mean for part in parts]
    assert min(means) - 1e-12 <= pooled.point <= max(means) + 1e-12
    assert pooled.distribution.mean == pytest.approx(pooled.point, abs=1e-9)


@pytest.mark.parametrize("name", RULES)
def test_the_complement_of_the_pool_is_the_pool_of_the_complements(name: str) -> None:
    straight = pool(VOTES, _rule(name))
    flipped = pool([(share, beta.complement) for share, beta in VOTES], _rule(name))
    assert flipped.point == pytest.approx(1 - straight.point)
    levels = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(
        flipped.distribution.quantile(levels), 1 - straight.distribution.quantile(1 - levels), atol=1e-8
    )


def test_ratios_pool_to_their_geometric_mean_without_a_shift() -> None:
    votes = [(0.5, LogNormal(np.log(0.5), 0.3)), (0.5, LogNormal(np.log(8.0), 0.6))]
    pooled = pool_ratios(votes, _rule("log_odds"))
    assert pooled.point == pytest.approx(2.0)
    assert pooled.distribution == Mixture((0.5, 0.5), (votes[0][1], votes[1][1]))
    levels = (np.arange(100_000) + 0.5) / 100_000
    assert np.log(pooled.distribution.quantile(levels)).mean() == pytest.approx(np.log(2.0), abs=1e-4)


def test_the_logarithmic_pool_of_ratios_adds_precisions() -> None:
    votes = [(0.5, LogNormal(0.0, 0.5)), (0.5, LogNormal(1.0, 1.0))]
    pooled = pool_ratios(votes, _rule("logarithmic")).distribution
    assert pooled == LogNormal(pytest.approx(0.2), pytest.approx(2.5**-0.5))
