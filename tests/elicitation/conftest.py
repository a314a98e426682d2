"""The shipped lexicons and scales."""

from __future__ import annotations

import pytest

from tests.elicitation.toy import shipped_lexicons, shipped_scales
from tocsin.records import Lexicon, Scales


@pytest.fixture
def lexicons() -> dict[str, Lexicon]:
    return shipped_lexicons()


@pytest.fixture
def scales() -> Scales:
    return shipped_scales()
