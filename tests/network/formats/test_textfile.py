import gzip
import os

import numpy as np
import pytest

from tocsin.errors import BadInput
from tocsin.network import Network
from tocsin.network.formats import textfile
from tocsin.network.formats.scanner import UnreadableText
from tocsin.network.formats.textfile import read_bytes, text_of, write_text


def make(path, content):
    path.write_bytes(content)
    return path


def test_text_with_a_byte_order_mark(tmp_path):
    assert text_of(read_bytes(make(tmp_path / "a.net", "\ufeffnet é".encode()))) == "net é"


def test_packed_text(tmp_path):
    assert read_bytes(make(tmp_path / "a.bif.gz", gzip.compress(b"network", mtime=0))) == b"network"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.bif", b"", "the file is empty"),
        ("a.bif", b" \n\t\n", "the file is empty"),
        ("a.bif.gz", b"not packed", "cannot be read: Not a gzipped file"),
        ("a.bif.gz", gzip.compress(b"network" * 99, mtime=0)[:-12], "cannot be read"),
        ("a.bif.gz", gzip.compress(os.urandom(99))[:10] + b"\xff" * 99, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path, name, content, message):
    path = make(tmp_path / name, content)
    with pytest.raises(BadInput, match=message) as caught:
        read_bytes(path)
    assert [problem.file for problem in caught.value.problems] == [str(path)]


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.bif", "no such file"), ("", "not a file"), ("a\0b", "b: no such file|b: cannot be read")],
)
def test_what_is_no_file_is_refused(tmp_path, name, message):
    with pytest.raises(BadInput, match=message):
        read_bytes(tmp_path / name)


def test_a_packed_file_may_not_unpack_without_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(textfile, "MAX_BYTES", 1_000_000)
    path = make(tmp_path / "bomb.bif.gz", gzip.compress(b"x" * 1_000_001, mtime=0))
    with pytest.raises(BadInput, match="larger than 1 MB"):
        read_bytes(path)


def test_writing_replaces_the_whole_file(tmp_path):
    path = make(tmp_path / "a.net", b"old and long")
    write_text(path, "neü\n")
    assert path.read_bytes() == "neü\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(BadInput, match="cannot be written: No such file or directory"):
        write_text(tmp_path / "none" / "a.net", "text")
    (tmp_path / "folder.net").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        write_text(tmp_path / "folder.net", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.net"]


@pytest.mark.parametrize(
    ("content", "message", "line"), [(b"net\x00work", "zero bytes", 0), (b"a\nb\ncaf\xe9", "not text in UTF-8", 3)]
)
def test_what_is_no_text_is_refused(content, message, line):
    with pytest.raises(UnreadableText, match=message) as caught:
        text_of(content)
    assert caught.value.place.line == line


def named(variable, *states):
    return Network((variable,), {variable: states}, {variable: ()}, {variable: np.full(len(states), 1 / len(states))})


@pytest.mark.parametrize(
    ("rules", "variable", "states"),
    [
        (textfile.BIF, "X-ray.2", ("<7.5", "Asy/Patch", "بله")),
        (textfile.XMLBIF, "2 été-2", ("6", "not-so", "two words", '<نعم> & "so"')),
        (textfile.NET, "_x1", ("<7.5", "State 0", 'a  (b), "c" \\ %', "été")),
        (textfile.XDSL, "x_1", ("yes", "no")),
        (textfile.NAMELESS, "any thing", ("at all", "\n")),
    ],
)
def test_names_that_fit(rules, variable, states):
    assert list(rules.objections(named(variable, *states))) == []


@pytest.mark.parametrize(
    ("rules", "variable", "states", "odd"),
    [
        (textfile.BIF, "two words", ("yes", "a,b"), ["two words", "a,b"]),
        (textfile.BIF, "x", ("a//b", "", "(c)"), ["a//b", "", "(c)"]),
        (textfile.XMLBIF, " x", ("a ", "a\nb", ""), [" x", "a ", "a\nb", ""]),
        (textfile.NET, "x-y", ("a\nb", " ", "\x1b"), ["x-y", "a\nb", " ", "\x1b"]),
        (textfile.XDSL, "_x", ("1st", "a-b", "ok"), ["_x", "1st", "a-b"]),
    ],
)
def test_names_that_do_not_fit_are_all_listed(rules, variable, states, odd):
    objections = list(rules.objections(named(variable, *states)))
    assert {name for name, _ in objections} == {variable}
    assert len(objections) == len(odd)
    assert all(repr(name) in why for name, (_, why) in zip(odd, objections, strict=True))
