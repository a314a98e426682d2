"""The page From a report: drafts are gone through one by one, and none enters a model unconfirmed."""

import pytest

from tests.conftest import ROOT
from tests.ui.driving import alone, click, html, sound
from tocsin.authoring.draft_file import written
from tocsin.errors import BadInput
from tocsin.files import load_model
from tocsin.ui import edit_drafts
from tocsin.ui.edit_drafts import read

TEXT = """The port will likely close this week, said harbour master Ann Lee.

“It is not unlikely that <b>the quay</b> fails,” Lee added. The Ministry of Works said that the gate was shut on Monday.
"""
HARBOUR = ROOT / "tests" / "data" / "drafting" / "harbour.txt"


@pytest.fixture
def drafting(own):
    app = sound(alone("edit_drafts").run())
    app.text_area(key="drafts-text").set_value(TEXT).run()
    app.text_input(key="drafts-called").set_value("The <i>Post</i>").run()
    return press(app, "Draft from the text")


def press(app, label):
    return sound(next(button for button in app.button if button.label == label).click().run())


def shown(app):
    """The draft that is asked about."""
    return html(app).partition('data-draft="')[2].partition('"')[0]


def test_drafts_are_shown_one_by_one_and_hostile_text_stays_text(drafting):
    text = html(drafting)
    assert shown(drafting) == "D1"
    assert "The port will likely close this week" in text
    assert "Ann Lee" in text
    assert "55–80 %, icd203" in text
    assert "3 to be looked at" in text
    app = click(drafting, "draft-skip")
    assert shown(app) == "D2"
    assert "&lt;b&gt;the quay&lt;/b&gt;" in html(app)
    assert "<b>the quay" not in html(app)
    app = click(app, "draft-discard")
    app = click(app, "draft-discard")
    # What was put off comes at last.
    assert shown(app) == "D1"
    assert "1 put off, 2 discarded" in html(app)
    assert "Download what is left (1)" in [button.proto.label for button in app.get("download_button")]
    app = click(app, "draft-discard")
    assert "All drafts are decided on." in html(app)


def test_a_draft_becomes_a_statement_only_by_the_form(own, drafting, monkeypatch):
    before = load_model(own)
    gone = []
    monkeypatch.setattr(edit_drafts.main, "go", gone.append)
    app = click(drafting, "draft-confirm")
    assert gone == ["edit-statements"]
    assert load_model(own) == before
    form = alone("edit_statements")
    for key in ("edit-statement", "drafts-work", "scenario", "start"):
        form.session_state[key] = app.session_state[key]
    form = sound(form.run())
    assert "From draft D1" in html(form)
    turn = f"st-{before.name}-1"
    assert form.text_input(key=f"{turn}-where").value == "Lead, paragraph 1"
    assert form.text_area(key=f"{turn}-claim").value == ""
    assert form.text_input(key=f"{turn}-speaker-name").value == "Ann Lee"
    assert form.selectbox(key=f"{turn}-says").value is None
    assert "Still to give: " in html(form)
    form.text_area(key=f"{turn}-claim").set_value("The port closes.").run()
    press(form, "Save")
    assert "What is missing is told at its field." in html(form)
    assert load_model(own) == before


def test_a_file_of_drafts_is_read_again_with_what_was_written_into_it(own):
    records = load_model(own)
    work = read(records, [("harbour.txt", HARBOUR.read_bytes())])
    text = written(work.drafts).replace("    claim:\n", "    claim: Mine, of the port.\n", 1)
    again = read(records, [("drafts.yaml", text.encode())])
    assert [(draft.id, draft.speaker, draft.quote) for draft in again.drafts.drafts] == [
        (draft.id, draft.speaker, draft.quote) for draft in work.drafts.drafts
    ]
    assert [[(words.words, words.low, words.high) for words in draft.found] for draft in again.drafts.drafts] == [
        [(words.words, words.low, words.high) for words in draft.found] for draft in work.drafts.drafts
    ]
    base = edit_drafts.base_of(records, again, again.drafts.drafts[0])
    assert base["claim"] == "Mine, of the port."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("draft_of: iraq-syria-2024", "draft_of: other", "drafts.yaml:7:11: draft_of: these are drafts for 'other'"),
        ("speaker: ferrante", "speaker: ferante", "no speaker 'ferante'; did you mean 'ferrante'?"),
        ("reads_as: judgement", "reads_as: guess", "'guess' is not known; allowed: judgement, fact"),
        ("draft: unconfirmed", "draft: confirmed", "'confirmed' is not known"),
        ("    claim:", "    clame:", "unknown key; did you mean 'claim'?"),
        ("drafts:", "drafts: [", "not valid YAML"),
    ],
)
def test_a_file_of_drafts_that_is_wrong_is_refused_by_line(own, old, new, message):
    records = load_model(own)
    text = written(read(records, [("harbour.txt", HARBOUR.read_bytes())]).drafts)
    assert old in text
    with pytest.raises(BadInput, match=r"drafts\.yaml:") as refused:
        read(records, [("drafts.yaml", text.replace(old, new, 1).encode())])
    assert message in str(refused.value)


def test_what_cannot_be_read_is_told_by_its_own_name(own):
    records = load_model(own)
    for name, content, message in (
        ("scan.pdf", b"%PDF-1.4 nothing", "scan.pdf"),
        ("../../a.txt", b"\xff\xfe", "is UTF-16"),
        ("x" * 300 + ".txt", b"", "holds no sentence"),
    ):
        with pytest.raises(BadInput, match=message) as refused:
            read(records, [(name, content)])
        assert "/tmp" not in str(refused.value)
    with pytest.raises(BadInput, match="read alone"):
        read(records, [("a.txt", TEXT.encode()), ("drafts.yaml", b"draft_of: x")])


def test_two_reports_of_one_name_are_two_sources(own):
    work = read(load_model(own), [("a.txt", TEXT.encode()), ("a.txt", TEXT.encode())])
    assert len({draft.source for draft in work.drafts.drafts}) == 2
    assert len(work.drafts.drafts) == 6
