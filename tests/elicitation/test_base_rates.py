"""Counted events as references: published values and a slow twin."""

import numpy as np
import pytest
from scipy import integrate, stats

from tests.elicitation.toy import model, variable
from tocsin.elicitation import Prior, priors
from tocsin.elicitation.parameter_priors import chance, interval, quantiles
from tocsin.errors import BadQuery
from tocsin.records.families import BaseRate


def _rate(events, exposure, **fields):
    return BaseRate.model_validate(
        {"events": events, "exposure": exposure, "cite": "a count", "because": "x", **fields}
    )


def _mean(rate, days):
    """The expected chance over the rate's whole distribution, by adaptive quadrature."""
    shape, scale = 0.5 + rate.power * rate.events, 1 / (rate.power * rate.days)
    gamma = stats.gamma(shape, scale=scale)
    return float(integrate.quad(lambda u: float(chance(rate, gamma.ppf(u), days)), 0, 1, limit=400)[0])


def test_none_in_14_months():
    rate, month = _rate(0, "14 months"), 365.25 / 12
    low, high = quantiles(rate, [0.1, 0.9]) * month
    assert (low, high) == (pytest.approx(0.00056, abs=5e-6), pytest.approx(0.0966, abs=5e-5))
    assert _mean(rate, month) == pytest.approx(0.0339, abs=5e-5)
    assert interval(rate, month, 0.8) == (pytest.approx(1 - np.exp(-low)), pytest.approx(1 - np.exp(-high)))


def test_the_asthma_example():
    """BDA3 (Gelman et al. 2013), section 2.6: prior Gamma(3, 5), then 30 deaths in an exposure of 20: Gamma(33, 25)."""
    # Jeffreys' ½ is in the rule, so that 32.5 events in 25 years are that posterior.
    rate = _rate(32.5, "25 years")
    posterior = stats.gamma(33, scale=1 / 25)
    years = quantiles(rate, [0.025, 0.5, 0.975]) * 365.25
    np.testing.assert_allclose(years, posterior.ppf([0.025, 0.5, 0.975]), rtol=1e-9)
    assert posterior.mean() == pytest.approx(1.32)
    assert 1 - posterior.cdf(1) == pytest.approx(0.93, abs=0.005)


@pytest.mark.parametrize(("power", "expected"), [(1.0, 1.000), (0.1, 0.996), (0.05, 0.976)])
def test_65_attacks_in_18_days(power, expected):
    assert _mean(_rate(65, "18 days", power=power, at_least=31), 30) == pytest.approx(expected, abs=5e-4)


def test_a_further_count_is_conditional_on_the_nearer_one():
    rate = _rate(3, "14 months", at_least=3, of_at_least=1)
    per_day = 0.04
    poisson = stats.poisson(per_day * 30)
    assert float(chance(rate, per_day, 30)) == pytest.approx(poisson.sf(2) / poisson.sf(0))
    low, high = interval(rate, 30, 0.8)
    assert 0 <= low < high <= 1
    assert low > 0 or high < 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"exposure": "14"}, "no length of time"),
        ({"exposure": "0 days"}, "no length of time"),
        ({"exposure": "fourteen months"}, "no length of time"),
        ({"power": 0.5, "because": None}, "say why in `because`"),
        ({"at_least": 3, "of_at_least": 3}, "must be below"),
    ],
)
def test_what_is_no_base_rate(fields, said):
    with pytest.raises(ValueError, match=said):
        _rate(1, fields.pop("exposure", "14 months"), **fields)


def _rain(reference):
    return model({"rain": variable(["no", "yes"], {"family": "prior", "shares": {"yes": reference}})})


def test_it_is_a_number_s_reference():
    found = priors(_rain({"base_rate": {"events": 3, "exposure": "14 months", "cite": "a count"}})).by_key[
        "rain.shares.yes"
    ]
    assert isinstance(found, Prior)
    assert found.basis == "base rate"
    low, high = interval(_rate(3, "14 months"), 30, 0.8)
    np.testing.assert_allclose(found.distribution.quantile([0.1, 0.9]), [low, high])


def test_a_strength_is_no_chance():
    cast = {
        "family": "cast",
        "baseline": {"assume": {"range": [0.1, 0.2], "because": "x"}},
        "influences": {
            "rain": {
                state: {"base_rate": {"events": 1, "exposure": "1 year", "cite": "a count"}} for state in ("no", "yes")
            }
        },
    }
    rain = variable(
        ["no", "yes"], {"family": "prior", "shares": {"yes": {"assume": {"range": [0.1, 0.2], "because": "x"}}}}
    )
    with pytest.raises(BadQuery, match="no chance"):
        priors(model({"rain": rain, "mood": variable(["no", "yes"], cast, ["rain"])}))


@pytest.mark.parametrize(("events", "exposure"), [(1e6, "28 days"), (0, "9000 years")])
def test_what_is_certain_by_count_is_a_belief_still(events, exposure):
    low, high = interval(_rate(events, exposure, **({} if events else {"at_least": 1000})), 30, 0.8)
    assert 0 <= low < high <= 1
    assert low > 0 or high < 1
