from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_docs import blocks, check_console


def test_the_page_s_example_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch, shipped: Path) -> None:
    monkeypatch.chdir(shipped)
    monkeypatch.setenv("COLUMNS", "112")
    check_console(ROOT / "docs" / "explain.md")


def test_the_page_s_python_gives_what_it_shows(monkeypatch: pytest.MonkeyPatch, shipped: Path) -> None:
    monkeypatch.chdir(shipped)
    text = "\n".join(blocks(ROOT / "docs" / "explain.md", "python"))
    found = doctest.DocTestRunner().run(doctest.DocTestParser().get_doctest(text, {}, "explain.md", "explain.md", 0))
    assert found.attempted
    assert not found.failed


def test_a_model_without_outcomes_is_told_so(small):
    from tocsin.analysis.case import lay_out
    from tocsin.errors import BadQuery
    from tocsin.opening import open_model
    from tocsin.records import Scenario

    file = small / "model.yaml"
    text = file.read_text("utf-8")
    file.write_text(text[: text.index("outcomes:")], "utf-8")
    with pytest.raises(BadQuery, match="nothing to explain"):
        lay_out(open_model(small), Scenario(scenario="s", title="S", model="small"))
