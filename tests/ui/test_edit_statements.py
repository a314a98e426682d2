"""The page Edit statements: from the fields to the files, what a statement would do meanwhile, and what is refused."""

from datetime import date

import pytest

from tests.conftest import shipped_model
from tests.ui.driving import alone, html, sound
from tocsin.assessment import assess
from tocsin.authoring.edits import edit, save
from tocsin.authoring.removal import removal
from tocsin.files import load_model
from tocsin.language.numbers import chance, percent
from tocsin.model import build, open_model, rebuilt
from tocsin.records import Statement
from tocsin.records.scenario import baseline
from tocsin.ui import statement_preview
from tocsin.ui.judgement_form import kind_of
from tocsin.ui.statement_form import DRAWN, content_of, next_id
from tocsin.ui.words_field import known, read

MODEL = "iraq-syria-2024"
STRIKE = "israeli_strike"


def opened():
    return sound(alone("edit_statements").run())


def field(app, name, turn=1):
    """A widget of the form by the end of its key."""
    widgets = (*app.selectbox, *app.multiselect, *app.text_input, *app.text_area, *app.number_input, *app.toggle)
    return next(one for one in widgets if one.key == f"st-{MODEL}-{turn}-{name}")


def choose(app, name, value, turn=1):
    return enter(app, {name: value}, turn)


def enter(app, values, turn=1):
    """Fill several fields, then let the page run once."""
    for name, value in values.items():
        field(app, name, turn).set_value(value)
    return sound(app.run())


def choose_day(app, name, day, turn=1):
    return sound(next(one for one in app.date_input if one.key == f"st-{MODEL}-{turn}-{name}").set_value(day).run())


def say(app, words, turn=1):
    app.session_state[f"st-{MODEL}-{turn}-words"] = {"words": words}
    return sound(app.run())


def headed(app, says, where="Paragraph 3", claim="Once Israel speaks of a reason, it strikes."):
    """A new statement up to what it says."""
    given = {"source": "shafaq-2024-12-01", "speaker": "al-sharifi", "where": where, "claim": claim, "credibility": 2}
    return enter(app, {**given, "says": says})


def filled(app, **given):
    """A new judgement on the strike, if Israel calls the attacks a reason for force."""
    headed(app, "probability", **given)
    enter(app, {"judges-0-event": STRIKE, "judges-0-given": ["framing"]})
    states = {
        f"judges-0-event-{STRIKE}-states": ["limited", "campaign"],
        "judges-0-given-framing-states": ["casus_belli"],
    }
    enter(app, states)
    return say(app, "very likely")


def pick(app, statement):
    box = next(box for box in app.selectbox if box.label == "Statement")
    return sound(box.set_value(statement).run())


def test_a_new_statement_is_seen_then_saved_with_the_number_that_it_sets(own):
    app = filled(opened())
    shown = html(app)
    assert "very likely</q> is read as <b>80–95 %</b>" in shown.replace(" ", " ")
    number = f"{STRIKE}.causes.framing.casus_belli.at_least.limited"
    assert f'data-sets="{number}"' in shown
    assert "What each outcome becomes" in shown
    before = load_model(own)
    name = next_id(before, "al-sharifi")
    app.button(key="save-statement").click().run()
    model = load_model(own)
    assert "Saved: model.yaml and statements.yaml." in html(app)
    added = model.by_id[name]
    assert (added.words, added.credibility, added.claim) == (
        "very likely", 2, "Once Israel speaks of a reason, it strikes."
    )  # fmt: skip
    assert [slot.number for slot in open_model(own).provenance.numbers_of(name)] == [number]
    # The next one is by the same speaker.
    assert field(app, "speaker", 2).value == "al-sharifi"
    assert field(app, "claim", 2).value == ""
    app.button(key="undo-save").click().run()
    assert load_model(own) == before


def test_what_it_does_is_what_the_saved_model_does(own):
    app = filled(opened())
    shown = html(app)
    app.button(key="save-statement").click().run()
    anew = open_model(own)
    prior = anew.priors.numbers[f"{STRIKE}.causes.framing.casus_belli.at_least.limited"]
    assert f"{percent(prior.point)} " in shown[shown.index("The number with it") :]


def test_a_fact_of_two_variables_is_entered(own):
    app = headed(opened(), "reports")
    choose(app, "reports", ["posture", "assad"])
    choose(app, "reports-posture-states", ["degraded"])
    assert "Still to give: which states of" in html(app)
    choose(app, "reports-assad-states", ["holds"])
    choose(app, "bearing-reports", "indirect")
    assert "Speaks for “" in html(app)
    app.button(key="save-statement").click().run()
    added = load_model(own).statements[-1]
    assert added.reports == {"posture": ("degraded",), "assad": ("holds",)}
    assert added.bearing == "indirect"


def test_an_influence_is_entered_and_sets_the_number_of_two_tables(own):
    app = headed(opened(), "influence")
    enter(app, {"judges-0-cause": "posture", "judges-0-to": "infiltration_rabia"})
    held = {"cause-posture-states": ["reinforced"], "direction": "lowers", "to-infiltration_rabia-states": ["yes"]}
    enter(app, {f"judges-0-{end}": value for end, value in held.items()})
    enter(app, {"judges-0-versus-posture": ["degraded"], "judges-0-strength": "strong"})
    assert "What is said, as it counts" in html(app)
    app.button(key="save-statement").click().run()
    model = open_model(own)
    added = model.records.statements[-1]
    assert added.judges[0].influence.strength == "strong"
    assert len(model.provenance.numbers_of(added.id)) == 2
    assert len({slot.number for slot in model.provenance.numbers_of(added.id)}) == 1


def test_a_number_is_left_alone_where_one_says_so_and_the_statement_is_a_tension(own):
    app = filled(opened())
    box = next(box for box in app.checkbox if "-sets-" in (box.key or ""))
    box.uncheck().run()
    assert "It sets no number." in html(app)
    assert "It stands as a tension of z = " in html(app)
    app.button(key="save-statement").click().run()
    assert "Saved: statements.yaml." in html(app)


def test_an_edited_statement_changes_the_lines_it_must(own):
    before = (own / "statements.yaml").read_text("utf-8").splitlines()
    app = pick(opened(), "S18")
    assert "As it stands: with it, against the model without it." in html(app)
    choose(app, "credibility", 5, 2)
    app.button(key="save-statement").click().run()
    after = (own / "statements.yaml").read_text("utf-8").splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("    credibility: 3", "    credibility: 5")
    ]


def test_a_statement_that_no_longer_speaks_of_its_number_is_taken_from_it(own):
    app = pick(opened(), "S18")
    choose(app, "judges-0-given", [], 2)
    assert "It can set no number of the model" in html(app)
    app.button(key="save-statement").click().run()
    assert not open_model(own).provenance.numbers_of("S18")


def test_a_statement_is_removed_with_its_place_in_the_numbers_and_scenarios_that_name_it_are_told(own):
    scenario = own.parents[1] / "scenarios" / MODEL / "without-s18.yaml"
    scenario.write_text(f"scenario: x\ntitle: X\nmodel: {MODEL}\nstatements: {{exclude: [S18]}}\n", "utf-8")
    app = pick(opened(), "S18")
    app.checkbox(key="edit-statement-remove").check().run()
    assert "would no longer open" in html(app)
    assert "no statement, speaker, source or origin &#x27;S18&#x27;" in html(app)
    app.button(key="save-statement").click().run()
    assert "S18" not in load_model(own).by_id


def test_what_is_missing_is_told_at_its_field_once_one_wants_to_save(own):
    app = filled(opened(), claim="")
    assert "data-refused" not in html(app)
    assert "Still to give: the claim." in html(app)
    # What it would do is seen before the claim is written.
    assert "What each outcome becomes" in html(app)
    app.button(key="save-statement").click().run()
    assert 'data-refused="statements[55].claim"' in html(app)
    assert "(statements.yaml, line " in html(app)
    choose(app, "claim", "Now it is written.")
    assert "data-refused" not in html(app)
    app.button(key="save-statement").click().run()
    assert load_model(own).statements[-1].claim == "Now it is written."


def test_words_are_heard_while_they_are_typed_and_the_newest_count(own):
    app = filled(opened())
    key = f"st-{MODEL}-1-words"
    app.session_state[f"{key}-heard"] = {"words": "unlikely"}
    assert "unlikely</q> is read as <b>20–45 %</b>" in html(sound(app.run()))
    # What the page was sent before is older, until something else is sent.
    assert "unlikely</q> is read as" in html(sound(app.run()))
    assert "remote</q> is read as" in html(say(app, "remote"))
    app.button(key="save-statement").click().run()
    assert load_model(own).statements[-1].words == "remote"


def test_what_is_entered_last_is_saved_though_its_button_is_pressed_at_once(own):
    app = filled(opened(), claim="")
    field(app, "claim").set_value("Entered at last.")
    app.button(key="save-statement").click().run()
    assert load_model(own).statements[-1].claim == "Entered at last."
    app = pick(app, "S18")
    turn = app.session_state["edit-statement"]["round"]
    choose(app, "claim", "Once.", turn)
    field(app, "claim", turn).set_value("Twice.")
    app.button(key="save-statement").click().run()
    assert load_model(own).by_id["S18"].claim == "Twice."


def test_words_that_nothing_reads_are_refused_and_can_be_read_by_oneself(own):
    app = say(filled(opened()), "a done deal")
    assert 'data-refused="statements[55].words">no lexicon reads &#x27;a done deal&#x27;' in html(app)
    # What it did before stays in sight, and is said to be old.
    assert "This is from before the last change" in html(app)
    assert "What each outcome becomes" in html(app)
    choose(app, "reads", True)
    for label, end in (("From", 85.0), ("To", 97.0)):
        choose(app, f"read-range-{label}", end)
    choose(app, "read-because", "Nobody calls it done below that.")
    app.button(key="save-statement").click().run()
    assert load_model(own).statements[-1].read_as.range == (0.85, 0.97)


def test_a_new_source_and_a_new_speaker_come_with_the_statement(own):
    app = filled(opened())
    enter(app, {"source": "+", "speaker": "+"})
    enter(app, {"source-title": "Evening <b>report</b>", "source-publisher": "The Harbour Post"})
    assert "the day of publication" in html(app)
    app = choose_day(app, "source-published", date(2024, 11, 30))
    ann = {"name": "Ann [Lee](https://example.org)", "role": "harbour master", "reliability": "B", "incentive": "None."}
    enter(app, {f"speaker-{end}": value for end, value in ann.items()})
    assert "data-refused" not in html(app)
    app.button(key="save-statement").click().run()
    model = load_model(own)
    added = model.statements[-1]
    assert model.sources[added.source].title == "Evening <b>report</b>"
    assert model.speakers[added.speaker].name == "Ann [Lee](https://example.org)"


def test_what_was_entered_and_not_saved_is_there_again(own):
    app = say(filled(opened()), "a done deal")
    app = pick(app, "S18")
    assert "What you entered for a new statement is not saved." in html(app)
    app.button(key="statement-left").click().run()
    assert field(app, "claim").value == "Once Israel speaks of a reason, it strikes."
    assert "no lexicon reads &#x27;a done deal&#x27;" in html(app)
    assert "is not saved" not in html(app)
    app = pick(pick(say(app, "likely"), "S18"), "S3")
    app.button(key="statement-forget").click().run()
    # Nothing was entered where a form was only looked at.
    assert "is not saved" not in html(app)


def test_what_was_entered_for_a_statement_that_another_takes_out_is_kept_as_a_new_one(own):
    app = opened()
    app.selectbox(key="statement-box").set_value("S18").run()
    choose(app, "claim", "Mine.", 2)
    save(edit(own, removal(own, "speaker", "al-sharifi")))
    app = sound(app.run())
    assert "S18 has been taken out of the model. What you entered is kept, as a new statement." in html(app)
    assert (field(app, "claim", 2).value, field(app, "speaker", 2).value) == ("Mine.", None)
    choose(app, "speaker", load_model(own).statements[0].speaker, 2)
    app = sound(app.button(key="go-on-statement").click().run())
    sound(app.button(key="save-statement").click().run())
    assert load_model(own).statements[-1].claim == "Mine."


def test_hostile_text_stays_text_in_every_field(own):
    text = '<img src=x onerror="a()"> **b** [c](//d) `{e: f}` # g: - "h" \' & $i$'
    app = filled(opened(), where=text, claim=text)
    enter(app, {"source": "+", "speaker": "+", "origin": "+", "reads": True})
    choose_day(app, "source-published", date(2024, 11, 30))
    texts = (
        "source-title", "source-publisher", "dated-by", "speaker-name", "speaker-role", "speaker-incentive",
        "origin-text", "read-because",
    )  # fmt: skip
    ends = {"speaker-reliability": "B", "read-range-From": 85.0, "read-range-To": 97.0}
    enter(app, {**dict.fromkeys(texts, text), **ends})
    say(app, text)
    assert "<img" not in html(app)
    app.button(key="save-statement").click().run()
    assert "<img" not in html(app)
    model = load_model(own)
    added = model.statements[-1]
    source, speaker = model.sources[added.source], model.speakers[added.speaker]
    held = (
        added.claim, added.where, added.words, added.read_as.because, model.origins[added.origin], source.title,
        source.publisher, source.dated_by, speaker.name, speaker.role, speaker.incentive,
    )  # fmt: skip
    assert {*held} == {text}


def test_the_form_has_a_field_for_every_key_of_a_statement():
    assert {*Statement.model_fields} == DRAWN


@pytest.mark.parametrize("kind", ["reports", "context", "influence", "more_likely", "qualifies"])
def test_every_kind_of_statement_opens_and_says_what_its_file_says(own, kind):
    records = load_model(own)
    names = [statement.id for statement in records.statements if kind_of(content_of(statement)) == kind]
    app = opened()
    for name in names[:2]:
        pick(app, name)
        assert "save-statement" not in {button.key for button in app.button}
        assert "data-refused" not in html(app)


def test_the_content_of_every_statement_is_what_its_file_says(own):
    records = load_model(own)
    for statement in records.statements:
        assert type(statement).model_validate(content_of(statement)) == statement


def test_a_very_large_ratio_of_a_file_stands_in_its_form(own):
    file = own / "statements.yaml"
    text = file.read_text("utf-8").replace("direction: lowers", "direction: raises")
    file.write_text(
        text.replace("cut: [20%, 70%]", "ratio: [2, 5000]").replace("cut: [60%, 90%]", "ratio: [2, 3]"), "utf-8"
    )
    name = next(held.id for held in load_model(own).statements if held.read_as and held.read_as.ratio == (2, 5000))
    app = pick(opened(), name)
    assert field(app, "read-ratio-To", turn=2).value == 5000
    assert "What changes in the files" not in html(app)


def test_what_a_statement_could_set_is_what_files_let_it_set(own):
    model = open_model(own)
    for statement in model.records.statements:
        able = {found.number for found in statement_preview.candidates(model, statement) if found.why_not is None}
        assert {slot.number for slot in model.provenance.numbers_of(statement.id)} <= able


@pytest.mark.parametrize(
    ("judges", "number", "why"),
    [
        ({"probability": {STRIKE: ["limited", "campaign"]}}, "causes.framing.casus_belli.at_least.limited",
         "it supposes nothing"),
        ({"probability": {STRIKE: ["campaign"]}, "given": {"framing": "casus_belli"}},
         "causes.framing.casus_belli.at_least.limited", "it says how likely it is that Israel strikes Iraqi soil three"),
        ({"probability": {STRIKE: ["limited", "campaign"]}, "horizon_days": 7}, "leak.at_least.limited", "another horizon"),
        ({"influence": {"from": {"framing": "casus_belli"}, "to": {STRIKE: "campaign"}, "direction": "raises",
                        "strength": "strong"}}, "leak.at_least.limited", "it states no chance"),
        ({"probability": {STRIKE: ["none"]}}, "inhibitors.us_position.opposes", "only an influence sets such a number"),
    ],
)  # fmt: skip
def test_each_number_that_a_statement_does_not_set_has_its_reason(judges, number, why):
    model = shipped_model()
    content = content_of(model.records.by_id["S18"]) | {"judges": judges}
    found = statement_preview.candidates(model, Statement.model_validate(content))
    assert why in next(held.why_not or "" for held in found if held.number == f"{STRIKE}.{number}")


def test_outcomes_of_an_edit_keep_off_the_edges_of_bands_as_all_pages_do():
    model = shipped_model()
    answer = assess(model, baseline(model.name))
    drawn = str(statement_preview.outcomes(model, answer, answer)).replace("\u00a0", " ")
    # Above 55 %, where its word begins.
    assert chance(answer.outcomes["syrian_advance"]) == "55.3 %"
    assert all(f"{chance(found)}, as before" in drawn for found in answer.outcomes.values())


def test_words_are_completed_from_lexicon_and_hedges_and_read_by_rules():
    records = shipped_model().records
    listed = {word: (low, high) for word, low, high, _ in known(records)}
    assert listed["very likely"] == (0.8, 0.95)
    assert {*records.file.hedges} <= {*listed}
    assert known(records)[0][3] == "ICD 203 Analytic Standards"
    for words in ("Very  likely", "at least 60 percent", "one in five"):
        found = read(words, records)
        assert 0 <= found["low"] < found["high"] <= 1
    assert "did you mean “very likely”?" in read("very likley", records)["problem"]
    assert read(" ", records)["problem"] == ""
    assert read("a done deal", records, read_otherwise=True)["problem"] == "You read these words yourself, below."


def test_a_statement_taken_out_rebuilds_the_model_as_files_do(own):
    model = open_model(own)
    edited = edit(own, removal(own, "statement", "S18"))
    assert edited.records is not None
    like, anew = rebuilt(edited.records, model), build(edited.records)
    for name, table in anew.network.tables.items():
        assert (like.network.tables[name] == table).all()
