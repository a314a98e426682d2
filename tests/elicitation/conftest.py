"""The shipped lexicons and scales."""

import pytest

from tests.elicitation.toy import shipped_lexicons, shipped_scales


@pytest.fixture
def lexicons():
    return shipped_lexicons()


@pytest.fixture
def scales():
    return shipped_scales()
