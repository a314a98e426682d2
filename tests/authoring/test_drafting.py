"""Drafts from a report of our own: who speaks, in which words; and that none of them gets into a model unconfirmed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import IRAQ, ROOT, call
from tocsin.authoring import english
from tocsin.authoring.attribution import attribute, plain_quotes
from tocsin.authoring.clauses import EstimativeWords, clauses
from tocsin.authoring.documents import Passage, Report
from tocsin.authoring.draft_file import written
from tocsin.authoring.drafting import MOST_QUOTED, describe, draft, draft_files, main_words
from tocsin.authoring.speakers import SpeakerFound, Speakers, name_and_role
from tocsin.elicitation import UnknownWords, reading_in
from tocsin.elicitation.lexicon import sources
from tocsin.errors import BadInput
from tocsin.files import load_model
from tocsin.files.yaml12 import parse

HARBOUR = ROOT / "tests" / "data" / "drafting" / "harbour.txt"

# Who says it, whether it is a judgement, the words that carry the estimate, and how its quotation begins.
STATED = [
    ("The Esk Courier", "fact", None, "The sea wall at Port Esk has been on watch"),
    ("The Esk Courier", "fact", None, "A second storm is forecast"),
    ("Fishermen", "judgement", "doubt", "the wall will hold"),
    ("Ilsa Brandt", "fact", None, "the eastern sluice was"),
    ("Ilsa Brandt", "judgement", "very unlikely", "a breach was “very unlikely”"),
    ("Ilsa Brandt", "fact", None, "We have four hundred men"),
    ("Ilsa Brandt", "fact", None, "We have pumps"),
    ("Ilsa Brandt", "judgement", "cannot be ruled out", "A flood in the old town"),
    ("Ilsa Brandt", "judgement", "would", "it would be shallow"),
    ("Tomas Okonjo", "judgement", "will", "If the pumps fail"),
    ("Tomas Okonjo", "judgement", "one in five", "the chance of a breach"),
    ("Tomas Okonjo", "judgement", "may not", "The institute's models"),
    ("Lucia Ferrante", "fact", None, "the evacuation plan was ready"),
    ("Lucia Ferrante", "fact", None, "nine schools"),
    ("Lucia Ferrante", "judgement", "not unlikely", "it was not unlikely"),
    ("Lucia Ferrante", "judgement", "potentially", "potentially stranding"),
    ("Lucia Ferrante", "fact", None, "Nobody has to leave"),
    ("Lucia Ferrante", "judgement", "may", "That may change"),
    ("Council", "fact", None, "the budget is sound"),
    ("Critics", "fact", None, "the wall was neglected"),
    ("The Esk Courier", "fact", None, "The council has denied this"),
    ("Ministry of Works", "judgement", "probably", "the wall will probably need"),
    ("The Esk Courier", "fact", None, "Its spokesman, Pieter Haas, declined"),
    ("Pieter Haas", "judgement", "a slight risk", "“a slight risk” to the railway"),
    ("Pieter Haas", "fact", None, "trains are running"),
    ("Pieter Haas", "fact", None, "no line is closed"),
    ("The Esk Courier", "fact", None, "A bridge was closed"),
    ("Amara Lind", "fact", None, "The old town floods"),
    ("Amara Lind", "fact", None, "The last flood was in 1996"),
    ("Amara Lind", "fact", None, "another is overdue"),
    ("Amara Lind", "judgement", "greater danger", "the greater danger is the river"),
    ("Harbour office", "judgement", "would", "fuel would last"),
    ("The Esk Courier", "fact", None, "The storm, which took the sluices"),
    ("Coast guard", "fact", None, "waves had reached"),
    ("Norvik", "judgement", "expects", "claims of up to 30 million"),
    ("Norvik", "judgement", "could", "it could be more"),
]


@pytest.fixture(scope="module")
def model():
    return load_model(IRAQ)


@pytest.fixture(scope="module")
def harbour(model):
    return draft_files([HARBOUR], model)


def test_every_statement_of_the_report_is_drafted_with_its_speaker_and_nothing_else(harbour):
    names = {speaker.id: speaker.name for speaker in harbour.speakers}
    assert [
        (names[entry.speaker], entry.reads_as, main_words(entry.found).words if entry.found else None)
        for entry in harbour.drafts
    ] == [stated[:3] for stated in STATED]
    assert all(entry.quote.startswith(beginning) for entry, (*_, beginning) in zip(harbour.drafts, STATED, strict=True))


def test_a_draft_says_where_it_stands_and_is_quoted_briefly(harbour):
    text = plain_quotes(" ".join(HARBOUR.read_text("utf-8").split()))
    for entry in harbour.drafts:
        assert len(entry.quote) <= MOST_QUOTED
        assert all(part.strip(" “”") in text for part in entry.quote.split("…"))
        assert re.fullmatch(r"(Lead|What the town fears), paragraph \d", entry.where)
    assert [entry.id for entry in harbour.drafts] == [f"D{number}" for number in range(1, len(STATED) + 1)]


def test_who_speaks_is_described_as_far_as_the_report_does(harbour):
    roles = {speaker.name: speaker.role for speaker in harbour.speakers}
    assert roles["Ilsa Brandt"] == "Maj. Gen."
    assert roles["Tomas Okonjo"] == "a hydrologist at the Coastal Institute"
    assert roles["Amara Lind"] == "Dr. of the University of Esk"
    assert roles["Norvik"] == "insurer"
    assert not any(speaker.known for speaker in harbour.speakers)


def test_words_are_read_as_the_model_reads_them(harbour):
    read = {words.words: describe(words) for entry in harbour.drafts for words in entry.found}
    assert read["not unlikely"] == "30–70 %, hedges"
    assert read["cannot be ruled out"] == "5–50 %, rule"
    assert read["one in five"] == "15–25 %, rule"
    assert read["may not"] == "40–80 %, rule"
    assert read["very unlikely"] == "5–20 %, icd203"
    assert read["greater danger"] == read["doubt"] == read["would"] == "unread"


def test_no_words_are_read_otherwise_than_in_a_statement(model):
    finder = EstimativeWords(model)
    lexicon = (model.lexicons[model.file.lexicon], model.file.hedges, model.lexicons["survey"])
    texts = [
        text.format(word) for _, held in sources(*lexicon) for word in held for text in ("it {}", "it {} not come")
    ]
    found = [words for text in (*texts, "it can’t be ruled out") for words in finder.find(text)]
    assert any(words.words == "usually not" and not words.by for words in found)
    assert any(words.words == "can’t be ruled out" and words.by == "rule" for words in found)
    for words in found:
        try:
            read = reading_in(model, words.words)
        except UnknownWords:
            assert (words.low, words.high, words.by) == (None, None, "")
        else:
            assert (words.low, words.high, words.by) == (read.low, read.high, read.source)


def test_a_speaker_of_the_model_is_recognised_and_the_publisher_is_its_narrator(model):
    text = "A drone fell. Brigadier Yahya Rasool said that the border was quiet. Observers warned that it may not last."
    report = Report((Passage("Lead, paragraph 1", text),), publisher="Shafaq News")
    drafts = draft([("shafaq-2024-12-01", report)], model)
    assert [entry.speaker for entry in drafts.drafts] == ["shafaq", "rasool", "observers"]
    assert all(speaker.known for speaker in drafts.speakers)
    assert drafts.sources[0].known
    assert "sources:" not in written(drafts)
    assert "speakers:" not in written(drafts)


# --------------------------------------------------------------------------------------------------- the rules, singly
def said(text, *known):
    """Each part of a text with the name of its speaker; `-` is the narrator."""
    speakers = Speakers(SpeakerFound("narrator", "-"), [SpeakerFound(name.lower(), name) for name in known])
    text = plain_quotes(text)
    return [
        (part.speaker.name, text[part.start : part.end].strip(" ,.“”"))
        for _, parts in attribute(text, speakers)
        for part in parts
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee said the dam holds.", [("Ann Lee", "the dam holds")]),
        ("The dam holds, Ann Lee said on Monday.", [("Ann Lee", "The dam holds")]),
        ("In a wet week the dam is at risk, Ann Lee said.", [("Ann Lee", "In a wet week the dam is at risk")]),
        ("The dam holds, she said, although leaks remain.", [("Ann Lee", "The dam holds"), ("Ann Lee", "although leaks remain")]),
        ("'The dam holds,' said Ann Lee. 'It must.'", [("Ann Lee", "The dam holds"), ("Ann Lee", "It must")]),
        ("The dam holds, according to Ann Lee.", [("Ann Lee", "The dam holds")]),
        ("According to Ann Lee, the dam holds.", [("Ann Lee", "the dam holds")]),
        ("In Ann Lee's view, the dam holds.", [("Ann Lee", "the dam holds")]),
        ("It was reported by Ann Lee that the dam holds.", [("Ann Lee", "the dam holds")]),
        ("Ann Lee has not confirmed that the dam holds.", [("-", "Ann Lee has not confirmed that the dam holds")]),
        ("The wall has shown that the dam holds.", [("-", "The wall has shown that the dam holds")]),
        ("The new measure suggests that the dam holds.", [("-", "The new measure suggests that the dam holds")]),
        ("Ann Lee expressed doubts that the dam holds.", [("Ann Lee", "the dam holds")]),
        ("In March, Ann Lee, head of the works, warned that the dam leaks.", [("Ann Lee", "the dam leaks")]),
        ("Ann Lee told the town that the dam holds, adding that “it leaks.”", [("Ann Lee", "the dam holds"), ("Ann Lee", "it leaks")]),
        ("Ann Lee said there was no need to run and that food would last.", [("Ann Lee", "there was no need to run and that food would last")]),
        ("“It holds,” Ann Lee told the town.", [("Ann Lee", "It holds")]),
        ("The dam is expected to hold, Ann Lee says.", [("Ann Lee", "The dam is expected to hold")]),
        ("The dam leaks, Ann Lee says, as rains go on.", [("Ann Lee", "The dam leaks"), ("Ann Lee", "as rains go on")]),
        ("Bo Ek said it rains. Ann Lee disagreed. She said it pours.", [("Bo Ek", "it rains"), ("-", "Ann Lee disagreed"), ("Ann Lee", "it pours")]),
        ("The government is expected to act.", [("-", "The government is expected to act")]),
        ("Ann Lee doubts whether the dam holds.", [("Ann Lee", "the dam holds")]),
        ("Bo Ek's deputy, Ann Lee, later clarified that the dam holds.", [("Ann Lee", "the dam holds")]),
        ("Her party, the Civic Union, claims that the dam holds.", [("Civic Union", "the dam holds")]),
        ("She said the dam holds.", [("Ann Lee", "the dam holds")]),
    ],
)  # fmt: skip
def test_who_says_what(text, expected):
    context = [] if "Ann Lee" in text else [("Ann Lee", "the gates are shut")]
    before = "Ann Lee said that the gates are shut. " if context else ""
    assert said(before + text) == [*context, *expected]


def test_a_quotation_over_sentences_and_paragraphs_stays_its_speakers():
    speakers = Speakers(SpeakerFound("narrator", "-"))
    first = plain_quotes('Ann Lee said: "The dam holds. It may leak." Nobody asked why.')
    second = plain_quotes('"There is no danger. The gates are shut."')
    names = [part.speaker.name for text in (first, second) for _, parts in attribute(text, speakers) for part in parts]
    assert names == ["Ann Lee", "Ann Lee", "-", "Ann Lee", "Ann Lee"]


def test_he_and_a_surname_are_the_last_and_the_named():
    text = "Bo Ek said it rains. Ann Lee, the mayor, said it pours. Ek added that it stops. He noted that it is late. The mayor said it is not."
    assert [name for name, _ in said(text)] == ["Bo Ek", "Ann Lee", "Bo Ek", "Bo Ek", "Ann Lee"]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Security expert Ann Lee", ("Ann Lee", "Security expert")),
        ("Prime Minister Ann al-Lee", ("Ann al-Lee", "Prime Minister")),
        ("the Prime Minister", ("", "Prime Minister")),
        ("the Ministry of Works", ("Ministry of Works", "")),
        ("officials in Port Esk", ("", "officials in Port Esk")),
        ("the armed factions", ("", "")),
        ("it", ("", "")),
    ],
)
def test_names_and_roles(phrase, expected):
    assert name_and_role(phrase) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam, the gates, and the road are shut", ["The dam, the gates, and the road are shut"]),
        ("Leaks are possible, but the dam is guarded", ["Leaks are possible", "the dam is guarded"]),
        ("If it rains, the lower gates may fail", ["If it rains, the lower gates may fail"]),
        ("It rose on Monday, threatening all of the harbour", ["It rose on Monday", "threatening all of the harbour"]),
        ("They shut many roads, including the coast road", ["They shut many roads, including the coast road"]),
        ("The town is safe because the lower gates were closed", ["The town is safe", "the lower gates were closed"]),
        ("The dam, which was shut in May, is leaking again", ["The dam, which was shut in May, is leaking again"]),
    ],
)  # fmt: skip
def test_clauses(text, expected):
    assert [text[start:end] for start, end in clauses(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it is more likely than a strike", ["more likely than"]),
        ("it is not very likely to rain", ["not very likely"]),
        ("rain is highly unlikely, and may not come", ["highly unlikely", "may not"]),
        ("a remote village floods even in May 2024", []),
        ("the chance is remote", ["chance", "remote"]),
        ("two in three boats leak at 2 in 2024", ["two in three"]),
        ("between 20 and 30 percent fail", ["between 20 and 30 percent"]),
        ("it will almost certainly hold", ["will", "almost certainly"]),
        ("we can't exclude it, and it couldn't be ruled out", ["can't", "couldn't be ruled out"]),
    ],
)
def test_estimative_words(text, expected, model):
    assert [words.words for words in EstimativeWords(model).find(text)] == expected


def test_the_lists_of_words_have_no_doubles():
    for name, text in english._LISTS.items():
        assert len(text.split()) == len(set(text.split())), name


# ----------------------------------------------------------------------------------------------- files and commands
def test_what_is_written_is_yaml_with_everything_to_be_confirmed_left_empty(harbour):
    content = parse(written(harbour), "drafts.yaml").value
    assert content["draft_of"] == "iraq-syria-2024"
    assert content["sources"]["harbour"]["publisher"] == "The Esk Courier"
    assert len(content["drafts"]) == len(STATED)
    for entry in content["drafts"]:
        assert entry["draft"] == "unconfirmed"
        assert entry["claim"] is None
        assert entry["credibility"] is None
        assert entry["judges" if entry["reads_as"] == "judgement" else "reports"] is None


@pytest.mark.parametrize(
    "hostile",
    ["a: b # c", "{x: 1}", '\u202e"quoted"\\ back', "- no", "&anchor *alias", "<b>bold</b>", "no \ufffe letter"],
)
def test_hostile_text_stays_text(hostile, model):
    report = Report(
        (Passage(f"{hostile}, paragraph 1", f"Ann Lee said that {hostile} may be so today."),), title=hostile
    )
    content = parse(written(draft([(hostile, report)], model)), "drafts.yaml").value
    assert list(content["drafts"][0]["judges"] or ()) == []
    assert content["drafts"][0]["where"] == f"{hostile}, paragraph 1"
    assert next(iter(content["sources"].values()))["title"] == hostile


def test_the_command_writes_a_file_once(tmp_path):
    out = tmp_path / "drafts.yaml"
    shown = call("draft", HARBOUR, "--model", IRAQ, "--out", out).output
    assert shown == f"{out}: 36 drafts: 16 judgements, 20 facts; 13 speakers, 13 of them new to the model\n"
    before = out.read_bytes()
    assert "exists; choose another name" in call("draft", HARBOUR, "--model", IRAQ, "--out", out, expect=1).output
    assert out.read_bytes() == before
    assert call("draft", HARBOUR, "--model", IRAQ).output == before.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["drafts.yaml"]


def test_the_page_shows_what_is_written(tmp_path):
    page = (ROOT / "docs" / "authoring.md").read_text("utf-8")
    shown = call("draft", HARBOUR, "--model", IRAQ, "--out", tmp_path / "drafts.yaml").output
    assert shown.replace(f"{tmp_path}/", "") in page
    sample = re.search(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert sample[1] in (tmp_path / "drafts.yaml").read_text("utf-8")


def test_check_refuses_drafts_where_statements_belong(tmp_path):
    drafts, folder = tmp_path / "drafts.yaml", tmp_path / "iraq"
    call("draft", HARBOUR, "--model", IRAQ, "--out", drafts)
    assert f"{drafts}:7:1: draft_of: this is a file of drafts" in call("check", drafts, expect=1).output
    shutil.copytree(IRAQ, folder)
    statements = folder / "statements.yaml"
    kept = statements.read_text("utf-8")
    shutil.copy(drafts, statements)
    shown = call("check", folder, expect=1).output
    assert "this is a file of drafts, which nobody has confirmed" in shown
    assert shown.count("\n") == 1
    pasted = "\n".join(drafts.read_text("utf-8").partition("drafts:\n")[2].split("\n\n")[0].splitlines())
    statements.write_text(f"{kept.rstrip()}\n{pasted}\n", "utf-8")
    shown = call("check", folder, expect=1).output
    assert re.fullmatch(r"\S+statements.yaml:\d+:5: statements\[55\]\.draft: 'D1' is a draft that nobody .*\n", shown)


def test_too_many_files_and_all_that_cannot_be_read_are_told_at_once(model, tmp_path):
    with pytest.raises(BadInput, match="at most 20 are read at once"):
        draft_files([HARBOUR] * 21, model)
    with pytest.raises(BadInput) as told:
        draft_files([tmp_path / "a.txt", Path("b.exe")], model)
    assert [problem.message for problem in told.value.problems] == [
        "no such file",
        "is not read; drafts are made of .txt, .md, .html, .htm, .docx, .pdf",
    ]
