"""Edits change the lines that they must and no others, are held to the rules of files, and never half done."""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import IRAQ
from tocsin.authoring import edits
from tocsin.authoring.edits import AddStatement, ChangeStatement, RemoveStatement, edit, save
from tocsin.errors import BadInput
from tocsin.files import load_model, yaml12

NEW = {
    "id": "S99",
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
    return [line for line in edited.diff.splitlines()[2:] if line[0] in "+-"]


def test_a_statement_is_added_at_the_end_in_the_order_of_reading(folder):
    edited = edit(folder, [AddStatement(NEW)])
    assert changed(edited) == [
        "+",
        "+  - id: S99",
        "+    speaker: al-sharifi",
        "+    source: shafaq-2024-12-01",
        '+    where: "Israeli Strikes Loom, paragraph 9"',
        '+    claim: "If the drones go on: a strike, \\"soon\\", # and not elsewhere."',
        "+    words: not unlikely",
        "+    credibility: 3",
        "+    judges: {probability: {israeli_strike: [limited, campaign]}, given: {framing: casus_belli}}",
    ]
    assert (folder / "statements.yaml").read_text("utf-8") == edited.before
    save(edited)
    assert load_model(folder).statements[-1].claim == NEW["claim"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in IRAQ.iterdir())


def test_a_statement_is_added_behind_another_and_taken_out_again(folder):
    edited = edit(folder, [AddStatement(NEW, after="N1"), RemoveStatement("S99")])
    assert edited.after == edited.before
    assert edited.diff == ""
    assert [s.id for s in _saved(folder, AddStatement(NEW, after="N1")).statements][:3] == ["N1", "S99", "N2"]


def _saved(folder, *changes):
    save(edit(folder, changes))
    return load_model(folder)


def test_a_change_keeps_comments_order_and_every_other_line(folder):
    edited = edit(folder, [ChangeStatement("N3", {"credibility": 5, "words": "may"})])
    assert changed(edited) == [
        "-    words: possible",
        "-    credibility: 6  # nobody is named who worries",
        "+    words: may",
        "+    credibility: 5  # nobody is named who worries",
    ]


def test_a_key_is_added_in_its_place_and_taken_out(folder):
    edited = edit(folder, [ChangeStatement("N3", {"confidence": "low"})])
    assert changed(edited) == ["+    confidence: low"]
    assert "worries\n    confidence: low\n    judges" in edited.after
    edited = edit(folder, [ChangeStatement("N1", {"origin": None})])
    assert len(changed(edited)) == 1
    assert changed(edited)[0].startswith("-    origin: border-alert")


def test_a_long_text_is_folded_and_a_folded_one_replaced_whole(folder):
    claim = "Much is said here, and it goes on " * 6 + "to its end."
    edited = edit(folder, [ChangeStatement("N6", {"claim": claim})])
    assert [line[:11] for line in changed(edited) if line[0] == "+"] == ["+      Much", "+      here"]
    assert all(len(line) <= edits.WIDTH for line in edited.after.splitlines())
    assert _saved(folder, ChangeStatement("N6", {"claim": claim})).statements[5].claim == claim


def test_removing_leaves_the_comments_of_others(folder):
    edited = edit(folder, [RemoveStatement("N3")])
    assert changed(edited)[0] == "-  - id: N3"
    assert all(line[0] == "-" for line in changed(edited))
    assert len(changed(edited)) == 9
    assert "\n\n\n" not in edited.after


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (RemoveStatement("N33"), "no statement 'N33'; did you mean 'N3'?"),
        (ChangeStatement("N3", {"speaker": "nobody"}), "statements[2].speaker: "),
        (ChangeStatement("N3", {"wrods": "may"}), "statements[2].wrods: unknown key; did you mean 'words'?"),
        (ChangeStatement("N3", {"words": "zzz"}), "statements[2].words: no lexicon reads 'zzz'"),
        (ChangeStatement("N3", {"id": None}), "'id' is the first key and cannot be taken out"),
        (AddStatement(NEW | {"id": "N3"}), "N3"),
        (AddStatement(NEW | {"draft": "unconfirmed"}), "'S99' is a draft that nobody has confirmed"),
        (AddStatement({"id": "S99"}), "statements[55].claim: is missing"),
    ],
)
def test_an_edit_is_held_to_the_rules_of_a_file_and_names_field_and_line(change, message, folder):
    with pytest.raises(BadInput) as told:
        edit(folder, [change])
    assert message in str(told.value)
    assert all(problem.file.endswith("statements.yaml") for problem in told.value.problems)
    assert (folder / "statements.yaml").read_bytes() == (IRAQ / "statements.yaml").read_bytes()


def test_a_removed_statement_that_a_number_names_is_told_in_the_model(folder):
    with pytest.raises(BadInput, match=r"model\.yaml:\d+.*S18"):
        edit(folder, [RemoveStatement("S18")])


def test_the_second_of_two_is_told_and_nothing_is_lost(folder):
    seen = edit(folder, [])
    first, second = (edit(folder, [ChangeStatement("N3", {"words": words})]) for words in ("may", "might"))
    save(first)
    with pytest.raises(BadInput, match="was changed since it was read"):
        save(second)
    with pytest.raises(BadInput, match="was changed since it was read"):
        edit(folder, [RemoveStatement("N1")], digest=seen.digest)
    assert edit(folder, [], digest=edit(folder, []).digest).diff == ""
    assert load_model(folder).statements[2].words == "may"
    save(first.undone)
    assert (folder / "statements.yaml").read_bytes() == (IRAQ / "statements.yaml").read_bytes()


def _edit_again(folder, start, words):
    start.wait()
    for turn in range(8):
        edited = edit(Path(folder), [ChangeStatement("N3", {"claim": f"{words} {turn}"})])
        try:
            save(edited)
        except BadInput as error:
            if "was changed since it was read" not in str(error):
                raise


def test_several_processes_leave_a_whole_file(folder):
    context = multiprocessing.get_context("spawn")
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


def test_what_fails_while_it_is_written_leaves_the_old_file(folder, monkeypatch):
    edited = edit(folder, [RemoveStatement("N3")])
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        save(edited)
    assert (folder / "statements.yaml").read_bytes() == (IRAQ / "statements.yaml").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in IRAQ.iterdir())


def test_line_ends_and_a_byte_order_mark_stay(folder):
    path = folder / "statements.yaml"
    text = path.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(f"\ufeff{text}".encode())
    save(edit(folder, [ChangeStatement("N3", {"words": "may"})]))
    after = path.read_bytes().decode()
    assert after == f"\ufeff{text}".replace("words: possible\r\n", "words: may\r\n", 1)


@pytest.mark.parametrize(
    "layout",
    ["statements: [{id: S1, claim: a}]\n", "statements:\n  - {id: S1, claim: a}\n"],
)
def test_a_statement_that_has_no_lines_of_its_own_is_left_alone(layout):
    with pytest.raises(BadInput, match=r"does not stand in lines of its own"):
        edits._applied(layout, ChangeStatement("S1", {"claim": "b"}), Path("statements.yaml"))


@given(st.text(max_size=300), st.sampled_from(["claim", "words", "where", "extra"]))
@example("no \uffff letter", "claim")
def test_any_text_stays_text(text, key):
    before = "statements:\n  # first\n  - id: S1  # one\n    claim: a  # two\n    words: 'b # c' # three\n# end\n"
    after = edits._applied(before, ChangeStatement("S1", {key: text}), Path("statements.yaml"))
    entry = yaml12.parse(after, "").value["statements"][0]
    assert entry == {"id": "S1", "claim": "a", "words": "b # c"} | {key: text}
    assert all(comment in after for comment in ("# first", "# one", "# two", "# three", "# end"))
