"""The commands that `docs/briefings.md` shows print what it shows."""

import shutil

import pytest

from tests.conftest import ROOT
from tests.test_docs import check_console

PAGE = ROOT / "docs" / "briefings.md"


@pytest.fixture
def folder(tmp_path, shipped, monkeypatch):
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "112")


@pytest.mark.slow
def test_the_commands_print_what_is_shown(folder):
    check_console(PAGE)


def test_every_option_of_brief_is_told():
    from tocsin.cli.main import main

    text = PAGE.read_text("utf-8")
    missing = [name for option in main.commands["brief"].params for name in option.opts if name.startswith("--")]
    assert [name for name in missing if name != "--model" and name not in text] == []
