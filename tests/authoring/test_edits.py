"""Edits change the lines that they must and no others, are held to the rules of files, and never half done."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import re
import shutil
import signal
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import IRAQ
from tocsin.authoring.changes import apply, copied
from tocsin.authoring.edits import Add, Change, Remove, Rename, contents_of, digests, edit, save
from tocsin.authoring.yaml_lines import rewritten
from tocsin.authoring.yaml_writing import WIDTH
from tocsin.errors import BadInput
from tocsin.files import load_model, saving, yaml12
from tocsin.records.parameters import slots

NEW = {
    "credibility": 3,
    "speaker": "al-sharifi",
    "source": "shafaq-2024-12-01",
    "where": "Israeli Strikes Loom, paragraph 9",
    "claim": 'If the drones go on: a strike, "soon", # and not elsewhere.',
    "words": "not unlikely",
    "judges": {"probability": {"israeli_strike": ["limited", "campaign"]}, "given": {"framing": "casus_belli"}},
}


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(IRAQ, tmp_path / "iraq")
    return tmp_path / "iraq"


def changed(edited):
    """The lines taken out and put in."""
    return [line for line in edited.diff.splitlines() if line[0] in "+-" and line[:3] not in ("---", "+++")]


def text_of(edited, name="statements.yaml"):
    return next(file.after for file in edited.files if file.path.name == name)


def test_a_statement_is_added_at_the_end_in_the_order_of_reading(folder):
    edited = edit(folder, [Add("statement", "S99", NEW)])
    assert changed(edited) == [
        "+",
        "+  - id: S99",
        "+    speaker: al-sharifi",
        "+    source: shafaq-2024-12-01",
        "+    where: Israeli Strikes Loom, paragraph 9",
        '+    claim: "If the drones go on: a strike, \\"soon\\", # and not elsewhere."',
        "+    words: not unlikely",
        "+    credibility: 3",
        "+    judges: {probability: {israeli_strike: [limited, campaign]}, given: {framing: casus_belli}}",
    ]
    assert (folder / "statements.yaml").read_bytes() == (IRAQ / "statements.yaml").read_bytes()
    assert edited.records.statements[-1].claim == NEW["claim"]
    save(edited)
    assert load_model(folder).statements[-1].claim == NEW["claim"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in IRAQ.iterdir())


def test_a_statement_is_added_behind_another_and_taken_out_again(folder):
    edited = edit(folder, [Add("statement", "S99", NEW, after="N1"), Remove("statement", "S99")])
    assert edited.diff == ""
    assert [s.id for s in _saved(folder, Add("statement", "S99", NEW, after="N1")).statements][:3] == [
        "N1",
        "S99",
        "N2",
    ]


def _saved(folder, *changes):
    save(edit(folder, changes))
    return load_model(folder)


def test_a_change_keeps_comments_order_and_every_other_line(folder):
    edited = edit(folder, [Change("statement", "N3", {"credibility": 5, "words": "may"})])
    assert changed(edited) == [
        "-    words: possible",
        "-    credibility: 6  # nobody is named who worries",
        "+    words: may",
        "+    credibility: 5  # nobody is named who worries",
    ]


def test_a_key_is_added_in_its_place_and_taken_out(folder):
    edited = edit(folder, [Change("statement", "N3", {"confidence": "low"})])
    assert changed(edited) == ["+    confidence: low"]
    assert "worries\n    confidence: low\n    judges" in text_of(edited)
    edited = edit(folder, [Change("statement", "N1", {"origin": None})])
    assert len(changed(edited)) == 1
    assert changed(edited)[0].startswith("-    origin: border-alert")


def test_a_long_text_is_folded_and_a_folded_one_replaced_whole(folder):
    claim = "Much is said here, and it goes on " * 6 + "to its end."
    edited = edit(folder, [Change("statement", "N6", {"claim": claim})])
    assert [line[:11] for line in changed(edited) if line[0] == "+"] == ["+      Much", "+      here"]
    assert all(len(line) <= WIDTH for line in text_of(edited).splitlines())
    assert _saved(folder, Change("statement", "N6", {"claim": claim})).statements[5].claim == claim


def test_removing_leaves_the_comments_of_others(folder):
    edited = edit(folder, [Remove("statement", "N3")])
    assert "-  - id: N3" in changed(edited)
    assert all(line[0] == "-" for line in changed(edited))
    assert len(changed(edited)) == 9
    assert "\n\n\n" not in text_of(edited)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (Change("statement", "N3", {"speaker": "nobody"}), "speaker", "no speaker 'nobody'"),
        (Change("statement", "N3", {"wrods": "may"}), "wrods", "unknown key; did you mean 'words'?"),
        (Change("statement", "N3", {"words": "zzz"}), "words", "no lexicon reads 'zzz'"),
        (
            Change("statement", "N3", {"judges": {"probability": {"infiltration": "oui"}}}),
            "judges.probability.infiltration",
            "no state 'oui'",
        ),
        (
            Add("statement", "S99", NEW | {"draft": "unconfirmed"}),
            "draft",
            "'S99' is a draft that nobody has confirmed",
        ),
        (Add("statement", "S99", NEW | {"claim": None}), "claim", "is missing; it says: what was said"),
        (
            Change(
                "number", "assad.rows.1.shares.loses_damascus", {"assume": {"range": ["35%", "3%"], "because": "x"}}
            ),
            "assume.range",
            "the lower end must be below",
        ),
        (Change("model", "", {"lexicon": "icd"}), "lexicon", "no lexicon 'icd'"),
        (Change("source", "shafaq-2024-12-01", {"published": "2025-01-01"}), "published", "is after 2024-12-01"),
        (Change("tail_risk", "mass_incursion", {"states": ["often"]}), "", "no state 'often'"),
    ],
)
def test_a_problem_names_the_field_of_the_edit_and_the_line_of_the_file(change, field, message, folder):
    edited = edit(folder, [Change("statement", "N1", {"credibility": 1}), change])
    found = edited.problems[0]
    assert (found.edit, found.field) == (1, field)
    assert message in found.problem.message
    assert found.problem.line > 0
    assert edited.records is None
    with pytest.raises(BadInput, match=re.escape(str(found.problem))):
        save(edited)
    assert all((folder / name).read_bytes() == (IRAQ / name).read_bytes() for name in ("model.yaml", "statements.yaml"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Remove("statement", "N33"), "no statement 'N33'; did you mean 'N3'?"),
        (Change("number", "assad.leak.at_least.x", {}), "no number 'assad.leak.at_least.x'"),
        (
            Change("number", "infiltration_qaim.base.shares.yes", {}),
            "stands in several places; change 'shared.crossing'",
        ),
        (Add("statement", "N3", NEW), "there is a statement 'N3' already"),
        (Add("variable", "x", {}, after="syria"), "no variable 'syria'"),
        (Add("model", "x", {}), "a model has one head"),
    ],
)
def test_what_is_not_there_or_is_there_already_is_told_at_once(change, message, folder):
    with pytest.raises(BadInput) as refused:
        edit(folder, [change])
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "text", ["variables: [a]\n", "variables: text\n", "model: x\nvariables:\n  a: b\noutcomes: {a: b}\n"]
)
def test_a_file_of_another_shape_is_told_and_never_a_fault_of_the_program(text, tmp_path):
    for name in ("model.yaml", "statements.yaml"):
        (tmp_path / name).write_text(text)
    for change in (
        *EACH_KIND,
        Add("state", "x", {}, None, "a"),
        Add("parent", "a", of="a"),
        Rename("variable", "a", "b"),
    ):
        with contextlib.suppress(BadInput):
            assert edit(tmp_path, [change]).records is None


def test_a_removed_statement_that_a_number_names_is_told_in_the_model(folder):
    edited = edit(folder, [Remove("statement", "S18")])
    assert [Path(found.problem.file).name for found in edited.refusals] == ["model.yaml", "model.yaml"]
    assert [(found.edit, found.field) for found in edited.refusals] == [(None, ""), (None, "")]


EACH_KIND = [
    Change("model", "", {"title": "Another: title", "stale_after_days": None}),
    Add("source", "s", {"published": date(2024, 11, 1), "title": "T", "publisher": "P"}),
    Add("speaker", "x", {"incentive": "none", "name": "X", "role": "y", "reliability": "C"}),
    Add("origin", "o", "An origin", after="hts-offensive"),
    Add("statement", "S99", NEW | {"source": "s", "speaker": "x", "origin": "o"}),
    Change("number", "israeli_strike.causes.framing.casus_belli.at_least.limited", {"statements": ["S18", "S99"]}),
    Add("hedge", "perhaps", {"range": ["10%", "60%"], "because": "Nobody knows: it is a word."}),
    Add(
        "variable",
        "weather",
        {
            "title": "Weather",
            "question": "Does it rain?",
            "states": ("no", "yes"),
            "role": "driver",
            "table": {"family": "prior", "shares": {"yes": {"assume": {"range": ["20%", "80%"], "because": "So."}}}},
        },
        after="assad",
    ),
    Add("outcome", "Rain", {"events": {"weather": "yes"}}),
    Change("tail_risk", "mass_incursion", {"says": "a mass incursion comes"}),
    Change("origin", "border-alert", "The alert"),
]


def test_every_kind_is_edited_in_several_files_at_once_and_taken_back(folder):
    edited = edit(folder, EACH_KIND)
    assert edited.problems == ()
    save(edited)
    model = load_model(folder)
    assert model == edited.records
    assert model.by_id["S99"].origin == "o"
    assert [*model.variables][:3] == ["syrian_advance", "assad", "weather"]
    assert model.file.outcomes[-1].title == "Rain"
    added = [change for change in EACH_KIND if isinstance(change, Add)]
    rest = edit(
        folder,
        [
            *(Remove(change.kind, change.name) for change in reversed(added)),
            Change("model", "", {"title": load_model(IRAQ).file.title, "stale_after_days": 7}),
            Change("number", "israeli_strike.causes.framing.casus_belli.at_least.limited", {"statements": ["S18"]}),
            Change("tail_risk", "mass_incursion", {"says": None}),
            Change("origin", "border-alert", load_model(IRAQ).origins["border-alert"]),
        ],
    )
    assert all(text_of(rest, name) == (IRAQ / name).read_text("utf-8") for name in ("model.yaml", "statements.yaml"))
    save(edited.undone())
    assert all((folder / name).read_bytes() == (IRAQ / name).read_bytes() for name in ("model.yaml", "statements.yaml"))


HOSTILE = [
    "no: 1", "- x", "{a: b}", "[x", "'", '"', "# not a comment", "a # b", "a: b", "yes", "null", "012", "1e3", "2024-12-01", "*a", "&a", "!t",
    "| x", "> x", "%", "@", "`", "a\\b", "tab\there", "two\nlines", "a\r\nb", " ends with space ", "---", "...", "\u202egpj.exe",
    "<script>alert(1)</script>", "=HYPERLINK(1)", "\u2028", "\x85", "\ufeff", "é e\u0301", "\U0001f600", "?", "? a", "x" * 130, "a, b: c " * 20,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_hostile_text_in_every_field_stays_text(seed, folder):
    """Each field of each kind holds several of them, so that brackets, lines and folded texts are all met."""
    chance = random.Random(seed)

    def text():
        return "x" + " ".join(chance.sample(HOSTILE, 3))

    def clause():
        return " ".join(text().split()) + " x"

    def assume():
        return {"assume": {"range": ["5%", "20%"], "because": text()}}

    edits = [
        Change("model", "", {"title": text(), "description": text(), "missing": [text(), text()]}),
        Add("source", "s", {"published": "2024-11-01", "title": text(), "publisher": text(), "dated_by": text()}),
        Add("speaker", "x", {"incentive": text(), "name": text(), "role": text(), "reliability": "C"}),
        Add("origin", "o", text()),
        Add("statement", "S99", NEW | {"where": text(), "claim": text(), "read_as": {"range": [0.1, 0.2], "because": text()}}),
        Change("statement", "N6", {"claim": text(), "where": text()}),
        Change("number", "framing.base.at_least.attribution", assume()),
        Change("number", "base_attacks.leak.at_least.many", assume()),
        Add("hedge", text(), {"range": ["10%", "60%"], "because": text(), "cite": text(), "phrases": [text(), text()]}),
        Change("variable", "assad", {"title": text(), "question": text(), "note": text()}),
        Change("state", "holds", {"label": text(), "says": clause()}, of="assad"),
        Add("outcome", text(), {"events": {"framing": {"states": "casus_belli", "noun": clause(), "says": clause()}}}),
        Change("origin", "border-alert", text()),
    ]  # fmt: skip
    edited = edit(folder, edits)
    assert [found for found in edited.problems if "cannot be printed" not in found.problem.message] == []
    expected = contents_of(folder)
    for change in edits:
        apply(expected, change, folder)
    assert edited.content == expected
    for name in expected:
        comments = {
            line.rpartition("  #")[2] for line in (IRAQ / name).read_text("utf-8").splitlines() if "  #" in line
        }
        assert all(f"#{comment}\n" in text_of(edited, name) for comment in comments)


def every_entry():
    """A change of each statement, variable and number of the model, with the place at which it stands."""
    model = load_model(IRAQ)
    for position, name in enumerate(model.by_id):
        yield Change("statement", name, {"claim": "Another claim.", "credibility": 5}), ("statements", position)
    for name in model.variables:
        yield Change("variable", name, {"title": "Another title", "note": "A note: of ours."}), ("variables", name)
    numbers = {slot.number: slot for name in model.variables for slot in slots(name, model.variables)}
    for number, slot in numbers.items():
        kind = "base_rate" if slot.quantity.base_rate else "assume"
        held = {
            **slot.quantity.reference.model_dump(exclude_defaults=True, by_alias=True),
            "because": "For another reason.",
        }
        place = slot.place if number == slot.key else tuple(number.split("."))
        yield Change("number", number, {kind: held}), place


def test_a_change_of_any_entry_touches_no_line_of_another():
    before = contents_of(IRAQ)
    texts = {name: (IRAQ / name).read_text("utf-8") for name in before}
    documents = {name: yaml12.parse(text, name) for name, text in texts.items()}
    # Each third of them, which meets every way of writing that the model has, in a third of the time.
    for change, place in list(every_entry())[::3]:
        name = "statements.yaml" if change.kind == "statement" else "model.yaml"
        contents = copied(before)
        apply(contents, change, IRAQ)
        old, new = texts[name].split("\n"), rewritten(texts[name], contents[name], name).split("\n")
        first = next(k for k, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
        last = next(k for k in range(1, len(new)) if old[-k] != new[-k])
        lines = [line for where, (line, _) in documents[name].values.items() if where[: len(place)] == place]
        behind = [line for line, _ in documents[name].keys.values() if line > max(lines)]
        assert min(lines) - 1 <= first
        assert len(old) - last < min(behind, default=len(old) + 1)


def test_the_second_of_two_is_told_and_nothing_is_lost(folder):
    seen = digests(folder)
    first, second = (edit(folder, [Change("statement", "N3", {"words": words})]) for words in ("may", "might"))
    save(first)
    with pytest.raises(BadInput, match="was changed since it was read"):
        save(second)
    with pytest.raises(BadInput, match="was changed since it was read"):
        edit(folder, [Remove("statement", "N1")], seen)
    assert edit(folder, [], digests(folder)).diff == ""
    assert load_model(folder).statements[2].words == "may"
    save(first.undone())
    assert (folder / "statements.yaml").read_bytes() == (IRAQ / "statements.yaml").read_bytes()


def _edit_again(folder, start, words):
    start.wait()
    for turn in range(4):
        edited = edit(Path(folder), [Change("statement", "N3", {"claim": f"{words} {turn}"})])
        try:
            save(edited)
        except BadInput as error:
            if "was changed since it was read" not in str(error):
                raise


def test_several_processes_leave_a_whole_file(folder):
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    workers = [context.Process(target=_edit_again, args=(str(folder), start, words)) for words in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    claim = load_model(folder).statements[2].claim
    text = (folder / "statements.yaml").read_text("utf-8").replace(claim, "X")
    before = (IRAQ / "statements.yaml").read_text("utf-8")
    assert text == before.replace(load_model(IRAQ).statements[2].claim, "X")


def test_kill_9_at_any_moment_leaves_all_old_or_all_new(folder):
    """The process is killed at each call by which a file system changes, and the folder opened again."""
    old = {name: (IRAQ / name).read_bytes() for name in ("model.yaml", "statements.yaml")}
    edited = edit(folder, EACH_KIND)
    new = {file.path.name: file.after.encode() for file in edited.files}
    seen = []
    for calls in range(20):
        for name, content in old.items():
            (folder / name).write_bytes(content)
        left = _killed_after(calls, edited)
        load_model(folder)
        found = {name: (folder / name).read_bytes() for name in old}
        assert found in (old, new)
        assert not (folder / saving.JOURNAL).exists()
        seen.append(found == new)
        if left == 0:
            break
    assert seen == sorted(seen)
    assert seen[0] is False
    assert seen[-1] is True
    save(edit(folder, [Change("statement", "N3", {"words": "may"})]))
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in IRAQ.iterdir())


def _killed_after(calls, edited):
    """Save in a child that is killed by its so-manyth call of open for writing, fsync, rename or unlink."""
    child = os.fork()
    if child == 0:  # pragma: no cover
        left = [calls]

        def counted(function):
            def call(*arguments, **named):
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
                return function(*arguments, **named)

            return call

        os.fsync, os.replace, os.unlink = counted(os.fsync), counted(os.replace), counted(os.unlink)
        Path.open, Path.replace, Path.unlink = counted(Path.open), counted(Path.replace), counted(Path.unlink)
        save(edited)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status


def test_what_fails_while_it_is_written_leaves_the_old_file(folder, monkeypatch):
    edited = edit(folder, [Remove("statement", "N3")])
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        save(edited)
    assert (folder / "statements.yaml").read_bytes() == (IRAQ / "statements.yaml").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in IRAQ.iterdir())


def test_line_ends_and_a_byte_order_mark_stay(folder):
    path = folder / "statements.yaml"
    text = path.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(f"\ufeff{text}".encode())
    save(edit(folder, [Change("statement", "N3", {"words": "may"})]))
    after = path.read_bytes().decode()
    assert after == f"\ufeff{text}".replace("words: possible\r\n", "words: may\r\n", 1)
