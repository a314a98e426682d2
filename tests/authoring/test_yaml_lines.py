"""A text is made to say another value with its comments, order and line ends kept, and only the lines it must."""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import IRAQ
from tocsin.authoring.yaml_lines import diff, rewritten
from tocsin.authoring.yaml_writing import WIDTH, written
from tocsin.errors import BadInput
from tocsin.files import yaml12

TEXT = """\
# head
a: 1  # one
b: {c: [x, "y"], d: {e: 2}}  # two

# of f
f:  # of f's own
  - id: p  # of p
    q: >-  # of q
      long
      text
    # of nobody
    r:
  - id: s
    q: 'it''s'
g: |
  kept

  as it is
# tail
"""


def changed(before, after):
    """The lines taken out and put in."""
    return [line for line in diff("", before, after).split("\n")[2:] if line[0] in "+-"]


def edited(change, text=TEXT):
    value = copy.deepcopy(yaml12.parse(text, "").value)
    change(value)
    after = rewritten(text, value, "x.yaml")
    assert yaml12.parse(after, "").value == value
    return changed(text, after)


def put(value, *place):
    def change(content):
        *around, last = place
        for part in around:
            content = content[part]
        content[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (put(2, "a"), ["-a: 1  # one", "+a: 2  # one"]),
        (put("z", "b", "c", 1), ['-b: {c: [x, "y"], d: {e: 2}}  # two', "+b: {c: [x, z], d: {e: 2}}  # two"]),
        (
            put("no: 1", "b", "d", "k"),
            ['-b: {c: [x, "y"], d: {e: 2}}  # two', '+b: {c: [x, "y"], d: {e: 2, k: "no: 1"}}  # two'],
        ),
        (lambda v: v["b"]["c"].pop(0), ['-b: {c: [x, "y"], d: {e: 2}}  # two', '+b: {c: ["y"], d: {e: 2}}  # two']),
        (lambda v: v["b"].pop("d"), ['-b: {c: [x, "y"], d: {e: 2}}  # two', '+b: {c: [x, "y"]}  # two']),
        (put([], "b", "c"), ['-b: {c: [x, "y"], d: {e: 2}}  # two', "+b: {c: [], d: {e: 2}}  # two"]),
        (put("short", "f", 0, "q"), ["-    q: >-  # of q", "-      long", "-      text", "+    q: short  # of q"]),
        (put("new", "f", 0, "r"), ["-    r:", "+    r: new"]),
        (put("other", "g"), ["-g: |", "-  kept", "-", "-  as it is", "+g: other"]),
        (put("w", "f", 1, "id"), ["-  - id: s", "+  - id: w"]),
        (
            lambda v: v["f"].pop(0),
            ["-  - id: p  # of p", "-    q: >-  # of q", "-      long", "-      text", "-    # of nobody", "-    r:"],
        ),
        (lambda v: v["f"].insert(1, {"id": "n", "q": 1}), ["+  - id: n", "+    q: 1"]),
        (lambda v: v["f"].insert(0, {"id": "n"}), ["+  - id: n"]),
        (lambda v: v["f"][1].pop("id"), ["-  - id: s", "-    q: 'it''s'", "+  - q: 'it''s'"]),
        (lambda v: (v.pop("g"), v.update(h={"i": 1})), ["-g: |", "-  kept", "-  as it is", "+h: {i: 1}"]),
        (
            put({"i": 1}, "f"),
            [*(f"-{line}" for line in TEXT.split("\n")[5:14]), "+f: {i: 1}  # of f's own"],
        ),
        (
            put("many words " * 15 + "end", "a"),
            [
                "-a: 1  # one",
                "+# one",
                "+a: >-",
                "+  " + "many words " * 10 + "many",
                "+  words" + " many words" * 4 + " end",
            ],
        ),
    ],
)
def test_a_change_is_written_where_it_stands(change, lines):
    assert edited(change) == lines


def test_a_key_that_is_renamed_keeps_its_value_and_its_comments():
    def rename(value):
        items = [("renamed" if key == "b" else key, part) for key, part in value.items()]
        value.clear()
        value.update(items)

    assert edited(rename) == ['-b: {c: [x, "y"], d: {e: 2}}  # two', '+renamed: {c: [x, "y"], d: {e: 2}}  # two']


def test_a_line_that_grows_too_long_is_opened():
    lines = edited(put("long " * 20 + "end", "b", "d", "e"))
    assert lines[1:3] == ["+# two", "+b:"]
    assert all(len(line) <= WIDTH + 1 for line in lines)


def test_every_value_of_the_shipped_model_can_be_changed_alone():
    """A change of any leaf touches the lines of that leaf, and the change back gives the same bytes."""
    for name in ("model.yaml", "statements.yaml"):
        text = (IRAQ / name).read_text("utf-8")
        document, old = yaml12.parse(text, name), set(text.splitlines())
        leaves = [
            place
            for place in document.values
            if place and not isinstance(at(document.value, place), dict | list) and len(place) > 1
        ]
        # Each is changed in one batch with its like, so that the test takes a second and not a minute.
        for start in range(6):
            value = copy.deepcopy(document.value)
            chosen = leaves[start::6]
            for place in chosen:
                put("w", *place)(value)
            after = rewritten(text, value, name)
            assert yaml12.parse(after, name).value == value
            assert len(after.splitlines()) <= len(text.splitlines())
            assert sum(line not in old for line in after.splitlines()) <= len(chosen)
            assert text.count("#") == after.count("#")
            assert yaml12.parse(rewritten(after, document.value, name), name).value == document.value


def at(value, place):
    for part in place:
        value = value[part]
    return value


def test_what_has_no_lines_of_its_own_is_refused_by_its_line():
    with pytest.raises(BadInput, match=r"x\.yaml:3:1: this entry does not stand in lines of its own"):
        edited(lambda v: v["f"].insert(1, {"id": "n"}), "f:\n  -\n    id: a\n")


def test_a_file_without_an_end_of_line_and_one_of_windows_stay_so():
    assert rewritten("a: 1\r\nb: 2", {"a": 1, "b": 2, "c": 3}, "") == "a: 1\r\nb: 2\r\nc: 3"
    assert rewritten("\ufeffa: 1\r\nb: 2\r\n", {"a": 1}, "") == "\ufeffa: 1\r\n"


@given(st.text(max_size=200), st.sampled_from([("a",), ("b", "c", 0), ("b", "d", "k"), ("f", 0, "q"), ("f", 1, "id")]))
@example("no \uffff letter", ("b", "d", "k"))
@example("a" * 70 + ": #" + "b" * 70, ("b", "d", "k"))
def test_any_text_stays_text(text, place):
    edited(put(text, *place))


@given(
    st.recursive(
        st.none() | st.integers(-9, 9) | st.text(max_size=9),
        lambda part: (
            st.lists(part, max_size=3) | st.dictionaries(st.text("abc:-#{", min_size=1, max_size=4), part, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_value_can_stand_anywhere(value):
    edited(put(value, "b", "d"))
    edited(put(value, "f", 0, "q"))
    edited(lambda content: content["f"].append(value))
    assert yaml12.parse(written({"a": value}), "").value == {"a": value}


def test_a_key_that_is_renamed_with_a_value_in_lines_of_its_own_is_written_once():
    def renamed(content):
        content["t"] = {"at": {key: {"assume": {"range": ["20%", "60%"], "because": "a" * 30}} for key in "xy"}}

    text = "t:\n  base:\n    steps:\n" + "".join(
        f"      {key}: {{assume: {{range: [20%, 60%], because: {'a' * 30}}}}}\n" for key in "xy"
    )
    assert sum("at:" in line for line in edited(renamed, text)) == 1


PARTS = [
    None,
    2.5,
    "a: b # c",
    "x " * 80 + "y",
    [],
    {},
    [1, "a b"],
    {"big": "z " * 70, "more": ["q"] * 3},
    "two\nlines",
]
DAM = IRAQ.parent / "marl-dam-2025" / "statements.yaml"


def places(value, place=()):
    """Every place below the root."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*place, key)
        yield from places(part, (*place, key))


def disturb(value, chance, name):
    """Set, take out, put in, rename or shuffle something somewhere."""
    place = chance.choice(list(places(value)))
    holder, key, part = at(value, place[:-1]), place[-1], chance.choice(PARTS)
    match chance.choice(["set", "out", "in", "name", "shuffle"]):
        case "set":
            holder[key] = copy.deepcopy(part)
        case "out" if len(place) > 1:
            del holder[key]
        case "in" | "name" | "out" if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(part))
        case "in":
            holder[name] = copy.deepcopy(part)
        case "name":
            put_in_order(holder, [(name if other == key else other, value) for other, value in holder.items()])
        case "shuffle" if isinstance(holder, list):
            chance.shuffle(holder)
        case "shuffle":
            put_in_order(holder, chance.sample([*holder.items()], len(holder)))


def put_in_order(holder, items):
    holder.clear()
    holder.update(items)


@pytest.mark.parametrize("seed", range(40))
def test_changes_at_random_are_written_and_written_back(seed):
    chance = random.Random(seed)
    text = TEXT if seed % 2 else DAM.read_text("utf-8")
    text = text.replace("\n", "\r\n") if seed % 5 == 0 else text
    old = yaml12.parse(text, "").value
    value = copy.deepcopy(old)
    for turn in range(chance.randint(1, 6)):
        disturb(value, chance, f"new{turn}")
    after = rewritten(text, value, "x.yaml")
    assert repr(yaml12.parse(after, "").value) == repr(value)
    assert repr(yaml12.parse(rewritten(after, old, "x.yaml"), "").value) == repr(old)
    assert "\r\n" not in text or "\n" not in after.replace("\r\n", "")
