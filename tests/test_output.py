"""Nothing unseen reaches a terminal, whatever wrote it."""

import io
import json
import sys
import unicodedata

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import Problem
from tocsin.output import Visible, one_line, print_json, visible, visible_streams


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain – “text” 中文", "plain – “text” 中文"), ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b]0;title\x07", "\\u001b]0;title\\u0007"), ("\x7f\x85\r\0", "\\u007f\\u0085\\u000d\\u0000"),
        ("\u202eabc\u2066\u200f\u061c", "\\u202eabc\\u2066\\u200f\\u061c"),
        ("\u2028\u2029\u200b\ufeff", "\\u2028\\u2029\\u200b\\ufeff"), ("\udcff\ud800", "\\udcff\\ud800"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("می\u200cخواهم \U0001f468\u200d\U0001f469", "می\u200cخواهم \U0001f468\u200d\U0001f469"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_spelt_out(text, seen):
    assert visible(text) == seen


@given(st.text())
def test_nothing_unseen_is_left_and_twice_is_once(text):
    seen = visible(text)
    unseen = {character for character in seen if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= {"\n", "\t", "\u200c", "\u200d"}
    assert visible(seen) == seen
    assert "\n" not in one_line(text)
    seen.encode("utf-8")


@given(st.recursive(st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner, max_size=3)))
def test_json_stays_the_same_json(content):
    for encoding in ("utf-8", "ascii", "latin-1"):
        out = io.TextIOWrapper(io.BytesIO(), encoding)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdout", Visible(out))
            print_json(content)
        out.flush()
        assert json.loads(out.buffer.getvalue().decode(encoding)) == content


@pytest.mark.parametrize(
    ("encoding", "wanted"),
    [
        ("utf-8", "“7–9 %”: é → 中 \\u001b\n"),
        ("ascii", '"7-9 %": \\u00e9 -> \\u4e2d \\u001b\n'),
        ("latin-1", '"7-9 %": é -> \\u4e2d \\u001b\n'),
    ],
)
def test_an_encoding_that_lacks_a_sign_gets_a_plainer_one(encoding, wanted, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", out)
    with visible_streams():
        click.echo("“7–9 %”: é → 中 \x1b", color=True)
    assert out.buffer.getvalue().decode(encoding) == wanted


def test_the_streams_are_given_back(monkeypatch):
    before = sys.stdout, sys.stderr
    with visible_streams():
        assert isinstance(sys.stderr, Visible)
    with pytest.raises(ZeroDivisionError), visible_streams():
        raise ZeroDivisionError
    assert (sys.stdout, sys.stderr) == before
    monkeypatch.setattr(sys, "stdout", None)
    with visible_streams():
        assert sys.stdout is None


def test_a_problem_is_one_line():
    problem = Problem("a\nb.yaml", 1, 2, "x\u202e", "not 'y\nz.yaml: holds'")
    assert str(problem) == "a\\u000ab.yaml:1:2: x\\u202e: not 'y\\u000az.yaml: holds'"
