"""Distributions: quantile, cdf, pdf and mean agree with each other and with closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.elicitation.distributions import Beta, Distribution, Fixed, LogNormal, Scaled
from tocsin.elicitation.mixtures import Mixture, Recentred, Transformed, mixture
from tocsin.elicitation.simplexes import Dirichlet, FixedShares
from tocsin.elicitation.sobol import uniforms

FAR = Mixture((0.3, 0.7), (Beta(2.0, 60.0), Beta(40.0, 3.0)))
CONTINUOUS: list[Distribution] = [
    Beta(3.4, 25.1),
    Beta(0.5, 14.5),
    LogNormal(-0.5, 0.7),
    Scaled(Beta(4.0, 2.0)),
    FAR,
    Mixture((0.5, 0.5), (LogNormal(-1.0, 0.3), LogNormal(2.0, 1.0))),
    Mixture((0.5, 0.5), (Beta(0.3, 11.7), Beta(82.0, 82.0))),
    Recentred(FAR, -0.8),
    Transformed(FAR, 2.0, 0.7),
]
U = np.linspace(0.001, 0.999, 501)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_cdf_undoes_quantile(distribution: Distribution) -> None:
    np.testing.assert_allclose(distribution.cdf(distribution.quantile(U)), U, atol=1e-8)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_pdf_is_the_slope_of_cdf(distribution: Distribution) -> None:
    x = distribution.quantile(np.linspace(0.05, 0.95, 19))
    step = 1e-6 * np.abs(x)
    slope = (distribution.cdf(x + step) - distribution.cdf(x - step)) / (2 * step)
    np.testing.assert_allclose(distribution.pdf(x), slope, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_the_mean_is_that_of_what_is_drawn(distribution: Distribution) -> None:
    levels = (np.arange(200_000) + 0.5) / 200_000
    assert distribution.mean == pytest.approx(distribution.quantile(levels).mean(), rel=2e-4)


@pytest.mark.parametrize("beta", [Beta(3.4, 25.1), Beta(0.3, 11.7), Beta(0.5, 0.5), Beta(400.0, 3.0)], ids=repr)
def test_quadrature_gives_the_moments_of_a_beta(beta: Beta) -> None:
    assert beta.expect(lambda x: x) == pytest.approx(beta.mean, rel=1e-9)
    assert beta.expect(lambda x: (x - beta.mean) ** 2) == pytest.approx(beta.variance, rel=1e-8)


def test_beta_density_by_hand() -> None:
    # Beta(2, 3) has density 12 x (1 - x)^2.
    np.testing.assert_allclose(Beta(2.0, 3.0).pdf([-0.5, 0.0, 0.25, 1.0, 1.5]), [0, 0, 12 * 0.25 * 0.75**2, 0, 0])


def test_chances_never_reach_the_ends() -> None:
    sharp = Beta(11.7, 0.03).quantile(np.array([1e-10, 1 - 1e-10]))
    assert (sharp > 0).all()
    assert (sharp < 1).all()
    assert np.isfinite(sharp / (1 - sharp)).all()


def test_a_fixed_number_is_drawn_everywhere() -> None:
    assert (Fixed(0.3).quantile(U) == 0.3).all()
    assert Fixed(0.3).cdf([0.29, 0.3]).tolist() == [0, 1]


def test_equal_parts_of_a_mixture_are_one() -> None:
    assert mixture([(0.2, Beta(2.0, 5.0)), (0.8, Beta(2.0, 5.0))]) == Beta(2.0, 5.0)


betas = st.builds(Beta, st.floats(0.2, 90), st.floats(0.2, 90))


@given(st.lists(betas, min_size=2, max_size=4, unique=True), st.data())
def test_the_quantile_of_any_mixture_is_found(parts: list[Beta], data: st.DataObject) -> None:
    weights = [data.draw(st.floats(0.05, 1)) for _ in parts]
    mixed = mixture(zip(weights, parts, strict=True))
    x = mixed.quantile(U)
    # Where a part has a pole the distribution function is steep: what counts is the place.
    assert (mixed.cdf(x - 1e-9) <= U + 1e-12).all()
    assert (mixed.cdf(x + 1e-9) >= U - 1e-12).all()


def test_dirichlet_draws_have_its_means_and_variances() -> None:
    alphas = np.array([2.0, 0.5, 4.0, 0.0])
    draws = Dirichlet(tuple(alphas)).draws(uniforms(3, 8192, 7))
    assert draws.shape == (4, 8192)
    np.testing.assert_allclose(draws.sum(axis=0), 1.0)
    means = alphas / alphas.sum()
    np.testing.assert_allclose(draws.mean(axis=1), means, atol=2e-4)
    np.testing.assert_allclose(draws.var(axis=1), means * (1 - means) / (alphas.sum() + 1), rtol=1e-2, atol=1e-12)


def test_fixed_shares_are_drawn_everywhere() -> None:
    draws = FixedShares((0.9, 0.09, 0.01)).draws(uniforms(2, 16, 7))
    assert (draws == np.array([[0.9], [0.09], [0.01]])).all()


def test_a_ratio_that_hardly_anybody_speaks_for_is_drawn_finite():
    drawn = LogNormal(0.3, 1e150).quantile([1e-9, 0.5, 1 - 1e-9])
    assert np.isfinite(np.prod(np.repeat(drawn, 5)))
    assert drawn[0] < 1e-40
    assert drawn[1] == pytest.approx(np.exp(0.3))
    assert drawn[2] > 1e40
