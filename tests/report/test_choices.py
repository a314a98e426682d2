"""The chart of expected losses has a round scale that holds all options."""

import pytest

from tocsin.report.choices import _step


@pytest.mark.parametrize(("width", "step"), [(38.4, 5), (40, 10), (7, 1), (0.3, 0.05), (2500, 500), (0, 1)])
def test_a_scale_has_round_steps(width, step):
    assert _step(width) == pytest.approx(step)
    assert width == 0 or 4 <= width / step <= 10
