import doctest

from tests.conftest import ROOT
from tests.test_docs import blocks, check_console


def test_the_page_s_example_prints_what_it_shows(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    monkeypatch.setenv("COLUMNS", "112")
    check_console(ROOT / "docs" / "explain.md")


def test_the_page_s_python_gives_what_it_shows(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    text = "\n".join(blocks(ROOT / "docs" / "explain.md", "python"))
    found = doctest.DocTestRunner().run(doctest.DocTestParser().get_doctest(text, {}, "explain.md", "explain.md", 0))
    assert found.attempted
    assert not found.failed
