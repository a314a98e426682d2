"""The shipped model, and scenarios in a line or two laid out for analysis."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import written_scenario
from tocsin.analysis.case import Case, lay_out
from tocsin.records import Scenario


@pytest.fixture(scope="session")
def scenario() -> Callable[..., Scenario]:
    return written_scenario


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    return lambda model, text="": lay_out(model, written_scenario(model, text))
