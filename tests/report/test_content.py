"""What a briefing says: every section of the checklist, confidence apart from probability, warnings, one page."""

import io
import re

import pytest
from pypdf import PdfReader

from tests.analysis.conftest import rain
from tests.conftest import ROOT, written_scenario
from tests.report.conftest import SCENARIOS
from tocsin.analysis.explain import explain
from tocsin.errors import BadInput, counted
from tocsin.files import load_scenario
from tocsin.language.numbers import baseline, chance, interval, percent
from tocsin.model import open_model
from tocsin.records import Scenario
from tocsin.render.files import FORMATS, render
from tocsin.report.blocks import Bars, NetworkPicture, Paragraph, Table, texts
from tocsin.report.compose import compose
from tocsin.report.explanation import voices
from tocsin.report.record import BriefingOptions
from tocsin.report.sources_method import heard
from tocsin.report.subject import subject_of, unexplained

YARDSTICK = r"almost no chance|very unlikely|unlikely|roughly even chance|likely|very likely|almost certain"


def said(section):
    return "\n".join(texts(section.blocks))


def test_every_section_of_the_checklist_is_in_the_full_brief(full):
    page = (ROOT / "docs" / "method.md").read_text("utf-8")
    part = page[page.index("## 13. The nine standards of ICD 203") :]
    named = set(re.findall(r"\*([A-Z][A-Za-z, ]+)\*", part.split("## Sources")[0]))
    headings = {section.heading for section in full.sections}
    assert len(named) >= 12
    assert named <= headings
    assert sum(line.startswith("| ") for line in part.split("## Sources")[0].splitlines()) == 9 + 1


def test_the_outcome_table_is_the_assessment_and_judgements_carry_word_number_and_interval(full, explained):
    told = said(full.section("judgements"))
    outcome = explained.case.assessment.outcomes["israeli_strike"]
    assert f"unlikely (20–45 %): {percent(outcome.p)} {interval(outcome)}, up from" in told
    assert 3 <= len(full.section("judgements").blocks[0].items) <= 5
    table = next(block for block in full.section("changes").blocks if isinstance(block, Table))
    estimates = explained.case.assessment.outcomes.values()
    assert [(row[4], row[2], row[3]) for row in table.rows] == [
        (baseline(one), chance(one), interval(one)) for one in estimates
    ]


def test_confidence_never_stands_with_a_probability(full):
    told = said(full.section("confidence"))
    assert re.match(r"Analytic confidence in these judgements is (low|moderate|high)( to (moderate|high))?\.", told)
    assert "%" not in told
    assert not re.search(rf"\b({YARDSTICK})\b", told)
    for section in full.sections:
        for text in texts(section.blocks):
            assert "confidence" not in text.lower() or "%" not in text


def test_a_statement_that_judges_nothing_is_no_ground_for_confidence(tiny):
    said_of_rain = "  - {id: C1, speaker: ann, source: paper, where: x, claim: c, credibility: 2, context: [rain]}"
    model = tiny(rain("30%, 60%"), said_of_rain)
    made = compose(explain(model, Scenario(scenario="plain", title="Plain", model="tiny")))
    told = said(made.section("confidence"))
    assert "Analytic confidence in these judgements is low." in told
    assert "None of the spread rests on statements or counts" in told
    assert "no voice speaks" in told


def test_no_asterisk_is_left_and_outcomes_have_one_name(full):
    told = "\n".join(said(section) for section in full.sections)
    assert "*" not in told
    assert "1 or 2 strikes, or worse" not in told
    assert "an Israeli strike on Iraqi soil" in told
    assert "1 or 2 strikes or 3 or more strikes" not in told


def test_a_misread_word_is_warned_of(iraq):
    scenario = written_scenario(iraq, "lexicon: phia\nevidence: {posture: {observed: degraded}}")
    told = said(compose(explain(iraq, scenario)).section("judgements"))
    assert "realistic possibility (40–50 %)" in told
    assert "a remote chance (between “remote chance” and “highly unlikely”): 7.5 %" in told
    assert "“Realistic possibility” is commonly misread" in told
    assert "25 to 80 %" in told


def test_missing_causes_and_incentives_are_named(full, iraq):
    assert "Iran's own orders to the factions" in said(full.section("missing"))
    for speaker in iraq.records.speakers.values():
        assert speaker.incentive in said(full.section("sources"))


def test_since_tells_what_changed(full, iraq):
    later = load_scenario(SCENARIOS[0].with_name("no-al-sharifi.yaml"), iraq.records)
    told = said(compose(explain(iraq, later), BriefingOptions(since=full.record)).section("changes"))
    assert "Compared with the briefing on “Israel calls the attacks from Iraq a reason for force”" in told
    assert "21 % [9.2–36]" in told
    assert "unlikely, now very unlikely" in told
    assert "No longer in the scenario: Israel calls the attacks a reason for force: observed, taken as certain." in told
    assert "New in the scenario: Everything that Ahmed Al-Sharifi says is left out." in told
    assert "Statements left out: " in told
    assert "S18" in told


def test_a_change_of_standard_and_reconciling_are_told(full, iraq, explained):
    scenario = explained.case.scenario.model_copy(update={"lexicon": "ipcc", "reconcile": True, "interval": 0.9})
    made = compose(explain(iraq, scenario), BriefingOptions(since=full.record))
    told = said(made.section("changes"))
    assert "another standard: icd203 then, ipcc now" in told
    assert "The intervals hold 80 % then, 90 % now." in told
    assert "New in the scenario: The answer is reconciled with the judgements" in told
    for key in ("why", "alternatives", "assumptions", "indicators"):
        assert "before it is reconciled" in said(made.section(key))


def test_a_tail_risk_below_the_yardstick_is_said_to_be(full):
    assert "has almost no chance (below the scale, < 1 %): 0.2 %" in said(full.section("tail_risks"))


def test_nothing_changed_is_said(full, explained):
    told = said(compose(explained, BriefingOptions(since=full.record)).section("changes"))
    assert "The scenario's evidence is the same." in told
    assert "The statements are the same." in told
    assert "no change" in told


def test_what_the_scenario_settles_gets_no_word(small):
    model = open_model(small)
    late = written_scenario(model, "evidence: {late: {observed: yes}}")
    for length in ("full", "summary"):
        made = compose(explain(model, late), BriefingOptions(length))
        assert made.bottom_line.startswith("The scenario itself settles every outcome")
        assert "“Late” is settled by the scenario itself: 100 %" in said(made.section("judgements"))
        assert not re.search(rf"\b(to|now) ({YARDSTICK})\b", "\n".join(map(said, made.sections)))
        assert "No analytic confidence is stated" in said(made.section("confidence"))
        assert not any(
            isinstance(block, Table) for one in made.sections if one.key == "scoring" for block in one.blocks
        )
        for form in FORMATS:
            assert render(made, form)


def test_at_most_eight_slides_each_with_a_picture(full):
    slides = (full.opening, *(slide.blocks for slide in full.slides))
    assert len(slides) <= 8
    assert all(any(isinstance(block, Bars | NetworkPicture) for block in blocks) for blocks in slides)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_two_pages_and_an_annex_and_a_summary_of_one(path, iraq):
    explained = explain(iraq, load_scenario(path, iraq.records))
    made = compose(explained)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render(made, "pdf"))).pages]
    assert ["Annex" in page.splitlines()[:3] for page in pages] == [number == 3 for number in range(1, len(pages) + 1)]
    assert len(made.section("judgements").blocks[0].items) == 3
    short = compose(explained, BriefingOptions("summary"))
    assert len(PdfReader(io.BytesIO(render(short, "pdf"))).pages) == 1
    assert short.bottom_line
    assert isinstance(short.section("confidence").blocks[0], Paragraph)


def test_the_baseline_says_what_stands(iraq):
    made = compose(explain(iraq, load_scenario(SCENARIOS[0].with_name("baseline.yaml"), iraq.records)))
    assert made.bottom_line.startswith("As things stand, ")
    told = "\n".join(said(section) for section in made.sections)
    assert "at the baseline" not in told
    assert "Tick" not in told
    assert not any(section.key == "implications" for section in made.sections)


def test_a_reconciled_answer_is_not_mixed_with_replies_of_the_model_as_it_stands(iraq, explained):
    scenario = explained.case.scenario.model_copy(update={"reconcile": True})
    told = compose(explain(iraq, scenario)).bottom_line
    assert told.endswith("To know more, watch “US position on a strike in Iraq”.")
    assert compose(explained).bottom_line.endswith("if Washington does not oppose a strike.")


def test_why_is_not_torn(small):
    """It follows on the first page if it fits there, and begins the second if not."""
    made = compose(explain(open_model(small), Scenario(scenario="x", title="x", model="small")))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render(made, "pdf"))).pages]
    assert "\nWhy\n" in pages[0]
    assert pages[1].startswith("Annex")


def test_what_is_merely_supposed_is_no_key_judgement(iraq):
    """It would come first: nothing moves further than what is made so."""
    scenario = written_scenario(iraq, "evidence: {base_attacks: {believed: {none: 0.1, few: 0.6, many: 0.3}}}")
    judged = subject_of(explain(iraq, scenario)).judged
    assert len(judged) == 3
    assert "base_attacks" not in judged


def test_the_picture_of_why_leads_from_the_baseline_to_the_scenario(iraq):
    """Three findings one by one, the others in one step."""
    content = """evidence: {framing: {observed: casus_belli}, syrian_advance: {observed: advances}, posture: {observed: degraded},
    isis: {reported: surge, grade: C3}, lebanon_truce: {reported: collapses, grade: B2}}"""
    found = explain(iraq, written_scenario(iraq, content))
    picture = next(block for block in compose(found).section("why").blocks if isinstance(block, Bars))
    parts = found.contributions[subject_of(found).judged[0]]
    start, *steps, end = picture.alt.removeprefix("Steps from the baseline to the scenario. ").split("; ")
    assert start == f"Baseline: {percent(parts.baseline)}"
    assert end == f"Scenario: {percent(parts.scenario)}."
    assert [step.rpartition(": ")[2] for step in steps] == [percent(p) for p in (*parts.places[:3], parts.places[-1])]
    assert steps[-1].startswith("The other 2 findings: ")


def test_what_the_scenario_settles_got_no_other_word(iraq):
    scenario = load_scenario(SCENARIOS[0].with_name("strike-with-deaths.yaml"), iraq.records)
    told = said(compose(explain(iraq, scenario)).section("implications"))
    assert "settled" not in told
    assert "a war between Israel and the factions in Iraq from “almost no chance” to “very unlikely”" in told


def test_what_to_watch_is_a_cause_and_no_part(iraq, explained):
    subject = subject_of(explained)
    watched = {one.variable for one in subject.causes("infiltration")}
    assert watched
    assert watched.isdisjoint(("infiltration_rabia", "infiltration_qaim", "mass_incursion"))
    told = {row[0] for row in next(b for b in compose(explained).section("indicators").blocks).rows}
    assert "US position on a strike in Iraq" in told


@pytest.mark.parametrize("marking", [" ", "two\nlines", "x" * 121, "bell\a"])
def test_a_marking_is_one_line(marking):
    with pytest.raises(BadInput, match="one line"):
        BriefingOptions(marking=marking)


def test_a_likelihood_of_one_state_counts_the_others_once(iraq):
    scenario = written_scenario(iraq, "evidence: {framing: {likelihood: {casus_belli: 10}}}")
    told = unexplained(iraq, scenario).facts["framing"]
    assert "10 if Israel calls the attacks a reason for force" in told
    assert "likelihood of 1 if Israel says nothing of attacks from Iraq, " in told
    assert "alike" not in told


def test_a_model_of_tail_risks_alone_is_judged_by_them(small):
    text = (small / "model.yaml").read_text("utf-8")
    (small / "model.yaml").write_text(text[: text.index("\noutcomes:")] + "\ntail_risks: {late: 'yes'}\n", "utf-8")
    made = compose(explain(open_model(small), Scenario(scenario="x", title="x", model="small")))
    assert made.bottom_line.startswith("As things stand, “Late” is ")
    assert said(made.section("judgements")).startswith("“Late” is ")
    assert said(made.section("confidence")).startswith("Analytic confidence")
    assert "Late" in said(made.section("why"))


@pytest.mark.parametrize(("count", "told"), [(1, "1 row"), (0, "0 rows"), (2000, "2,000 rows")])
def test_one_thing_is_no_plural(count, told):
    assert counted(count, "row") == told


def test_a_speaker_without_weight_is_said_to_have_none(iraq):
    graded = ", ".join(f"{s.id}: E3" for s in iraq.records.statements if s.speaker == "al-bayati")
    rows = heard(unexplained(iraq, written_scenario(iraq, f"statements: {{regrade: {{{graded}}}}}")))
    roles = {row[0]: row[1] for row in rows}
    assert roles["Sarmad Al-Bayati"] == "Security expert; weighs nothing"
    assert sum("weighs nothing" in role for role in roles.values()) == 1


def test_a_statement_is_quoted_once_an_outcome_and_what_it_changes_is_told_once(explained):
    for outcome in explained.case.assessment.outcomes:
        whole = said(voices(explained, outcome))
        claims = [statement.claim for statement in explained.case.before.records.statements]
        assert all(whole.count(claim) <= 1 for claim in claims)
        changes = re.findall(r"ithout (\w+ \([^)]*\)|it), .*? goes (from .*)\.", whole)
        assert (
            len({change for who, change in changes if who == "it"} & {change for who, change in changes if who != "it"})
            == 0
        )
    # Of the advance the weightiest statement is the contrary one.
    assert "S3 (Ahmed Al-Sharifi) is the strongest contrary statement too." in said(voices(explained, "syrian_advance"))
