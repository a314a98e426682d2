from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.test_docs import check_console


def test_the_page_s_example_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "112")
    check_console(ROOT / "docs" / "explain.md")
