"""Sentences end once, whatever ends the texts of which they are built; titles are the author's."""

import io
import re
import shutil

import pytest
from docx import Document

from tests.conftest import SMALL, call

TWICE = re.compile(r"[.?!]\.(?![./])")


@pytest.fixture
def ending(tmp_path, monkeypatch):
    """The small model, its free texts with a mark at their ends."""
    folder = tmp_path / "models" / "small"
    shutil.copytree(SMALL, folder)
    model, statements = folder / "model.yaml", folder / "statements.yaml"
    text = model.read_text("utf-8").replace("because: test", "because: it is a test.")
    text = text.replace("title: A small model", "title: Does the convoy come?\nmissing: [The tide.]")
    model.write_text(text, "utf-8")
    statements.write_text(re.sub(r"(role: [^,}\n]+)", r"\1.", statements.read_text("utf-8")), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_sentence_ends_twice(ending):
    call("brief", "--observe", "storm=yes", "--title", "What if it storms?", "--out", ending, "--format", "md,docx")
    text = (ending / "command-line.md").read_text("utf-8").partition("<!-- tocsin-record")[0]
    assert "# What if it storms?" in text
    assert "Does the convoy come? As of" in text
    assert "The tide." in text
    assert not TWICE.findall(text), [text[max(0, m.start() - 60) : m.end()] for m in TWICE.finditer(text)]
    properties = Document(io.BytesIO((ending / "command-line.docx").read_bytes())).core_properties
    assert (properties.title, properties.subject) == ("What if it storms?", "Does the convoy come?")
    assert not TWICE.findall(call("explain", "--observe", "storm=yes").output)
    call("verify", ending / "command-line.md")


def test_a_title_names_one_scenario(ending):
    assert call("assess", "--observe", "storm=yes", "--title", "A storm").output.startswith("A storm ")
    assert call("assess", "--title", "Nothing set").output.startswith("Nothing set ")
    told = call("brief", "--batch", "rows.csv", "--title", "x", "--out", ending, expect=2).output
    assert "--title names one scenario" in told
    assert "title" in call("assess", "--title", "", expect=1).output
