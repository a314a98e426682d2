import re

import pytest

from tocsin.errors import BadInput
from tocsin.files.yaml12 import parse, read, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # yaml.org/spec/1.2.2, section 10.3.2; each of these means something else in YAML 1.1.
        ("no", "no"),
        ("on", "on"),
        ("012", 12),
        ("1:30", "1:30"),
        ("1e-3", 0.001),
        ("1_000", "1_000"),
        ("0o17", 15),
        ("0x1F", 31),
        ("true", True),
        ("~", None),
        ("2024-12-01", "2024-12-01"),
        ("-.5", -0.5),
        (".5e1", 5.0),
    ],
)
def test_plain_scalars_have_their_yaml_1_2_meaning(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_quoted_scalars_are_text():
    assert parse("a: '1'\nb: \"true\"\nc: |\n  12\n", "f").value == {"a": "1", "b": "true", "c": "12\n"}


def test_marks_point_at_keys_and_values():
    document = parse("a:\n  - b: 1\n    c: 2\n", "f.yaml")
    assert document.keys["a", 0, "c"] == (3, 5)
    assert document.values["a", 0, "c"] == (3, 8)
    assert str(document.problem(("a", 0, "c"), "is wrong")) == "f.yaml:3:8: a[0].c: is wrong"
    assert str(document.problem(("a", 0, "d"), "is missing")) == "f.yaml:2:5: a[0].d: is missing"


def test_duplicate_keys_are_told_with_both_lines():
    document = parse("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert [str(problem) for problem in document.problems] == [
        "f.yaml:3:1: a: the key 'a' stands twice (first on line 1); keep one"
    ]
    assert document.value == {"a": 1, "b": 2}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "f:1:4: anchors and aliases are not allowed"),
        ("a: !!python/object/apply:os.system [ls]", "f:1:4: the tag"),
        ("a: [1, 2", "f:1:1: not valid YAML: did not find expected ',' or ']'"),
        ("a: b: c", "f:1:5: not valid YAML"),
        ("\tx", "f:1:1: not valid YAML"),
        ("", "f:1:1: the file is empty"),
        ("# only a comment\n", "f:1:1: the file is empty"),
        ("- 1\n- 2\n", "f:1:1: the file holds a list"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here"),
        ("a: " + "[" * 5000, "nested deeper than"),
        ("? [1, 2]\n: x\n", "f:1:3: a key must be a plain word"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, told):
    with pytest.raises(BadInput, match=re.escape(told)):
        parse(text, "f")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "f.yaml:3:1: is binary, not UTF-8 text"),
        (b"a: 1\nb: \x00\x01", "f.yaml:2:1: is binary, not UTF-8 text"),
        ("a: 1".encode("utf-16"), "f.yaml:1:1: is UTF-16, not UTF-8 text"),
        (b"a: 1\n" + b"# filler\n" * 1_200_000, "the file has 10,800,005 bytes; at most"),
    ],
)
def test_files_that_are_no_text_or_too_large(tmp_path, content, told):
    (tmp_path / "f.yaml").write_bytes(content)
    with pytest.raises(BadInput, match=re.escape(told)):
        read(tmp_path / "f.yaml", "f.yaml")


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(BadInput, match=r"none\.yaml: no such file"):
        read(tmp_path / "none.yaml")
    with pytest.raises(BadInput, match="is a folder"):
        read(tmp_path)


def test_a_byte_order_mark_is_no_content(tmp_path):
    (tmp_path / "f.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(tmp_path / "f.yaml").value == {"a": 1}


def test_a_control_character_is_told_with_its_line():
    with pytest.raises(BadInput, match=r"f\.yaml:2:1: not valid YAML: the control character U\+001B stands here"):
        parse("a: 1\nb: \x1b[31m\n", "f.yaml")
