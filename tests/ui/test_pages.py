"""Each page beside Assess, alone and without a browser: what it shows is what the layers below say."""

import io
import re
import shutil
from dataclasses import replace

import pytest

from tests.conftest import IRAQ, ROOT, SMALL, call, shipped_model
from tests.ui.driving import alone, choose, control, html, sound
from tocsin.analysis.case import lay_out
from tocsin.analysis.indicators import TELLING, indicators
from tocsin.analysis.perturbations import influence
from tocsin.analysis.sensitivity import tornado, two_way
from tocsin.analysis.tension import reconcile
from tocsin.assessment import assess
from tocsin.files import load_scenario
from tocsin.language.numbers import chance, interval, percent
from tocsin.ui import downloads

STRIKE = "Israeli strike"


PAGES = ["statements", "edit_numbers", "why", "why:look_for_next", "compare", "briefing"]


@pytest.fixture
def opened(monkeypatch, shipped):
    def start(page):
        monkeypatch.chdir(shipped)
        return sound(alone(page).run())

    return start


@pytest.mark.parametrize("page", PAGES)
def test_it_opens_and_survives_impossible_evidence(opened, page):
    app = opened(page)
    assert len(html(app)) > 300
    scenario = app.session_state.scenario
    both = {"target": [{"observed": "none"}], "civilian_deaths": [{"observed": "yes"}]}
    content = {**scenario.model_dump(exclude_defaults=True), "evidence": both}
    app.session_state.scenario = type(scenario).model_validate(content)
    app.run()
    assert not app.exception


@pytest.mark.parametrize("page", [*PAGES, "batches", "method"])
def test_no_page_sends_what_turns_the_direction_of_writing(tmp_path, monkeypatch, page):
    folder = tmp_path / "models" / "small"
    shutil.copytree(SMALL, folder)
    for path in folder.glob("*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"\b(title|claim|name|question|publisher): (?=\w)", "\\g<0>\u202e", text), "utf-8")
    monkeypatch.chdir(tmp_path)
    app = sound(alone(page).run())
    protos = (getattr(one, "proto", None) for one in app._tree)
    sent = [one.SerializeToString().decode("utf-8", "replace") for one in protos if one is not None]
    # These show nothing of a model without scenarios.
    assert page in ("compare", "batches") or any("\\u202e" in text for text in sent)
    assert not any("\u202e" in text for text in sent)


def unfold(app, *keys):
    for key in keys:
        app.session_state[f"why-{key}"] = True
    return sound(app.run())


def test_why_tells_the_contributions(opened):
    app = opened("why")
    # What is folded is not worked out before it is asked for.
    assert "It would be very" not in html(app)
    unfold(app, "numbers", "findings", "flips", "courses", "ground", "conflict", "alternatives")
    choose(app, "Scenario", "Israel calls the attacks from Iraq a reason for force")
    choose(app, "Outcome", STRIKE)
    page = html(app)
    assert "Seeing that Israel calls the attacks a reason for force multiplies the odds by 2.5" in page
    waterfall = page.split('aria-label="Steps from the baseline to the scenario"')[1].split("</section>")[0]
    assert "Seeing that Israel calls the attacks a reason for force" in waterfall.split("multiplies")[0]
    assert "Israel&#x27;s public line on Iraq: calls it a reason for force" in page
    assert "It would be very unlikely if" in page
    assert "Any single course is improbable" in page
    assert '<td dir="auto">Israel does not strike Iraqi soil</td><td dir="auto" class="figure">90.8 % (+2.29)' in page
    assert "Tells nothing apart (a spread below 0.05 each): N11" in page
    assert "Analytic confidence is low." in page
    assert "fewer than two findings" in page or "conflict" in page


def rows(app):
    """The statements of the list in their order, with what stands in front of each."""
    found = re.findall(r'data-statement="(\w+)"><b>([^<]+)</b>( <span[^>]*>changed)?', html(app))
    return {name: points + (", changed" if mark else "") for name, points, mark in found}


def unfold_statement(app, name):
    app.session_state["statements-still"] = True
    app.session_state[f"statement-{name}"] = True
    return sound(app.run())


def test_statements_stand_by_their_effect_and_those_without_one_are_folded_away(opened):
    app = opened("statements")
    choose(app, "Outcome", STRIKE)
    case = lay_out(shipped_model(), app.session_state.scenario, "israeli_strike")
    found = influence(case).statements
    moves = {name: found[name]["israeli_strike"].p - case.point["israeli_strike"] for name in found}
    listed = rows(app)
    assert set(listed) == {name for name, move in moves.items() if abs(move) >= 0.001}
    sizes = [abs(moves[name]) for name in listed]
    assert sizes == sorted(sizes, reverse=True)
    for name, points in listed.items():
        assert points == f"{'+' if moves[name] > 0 else '−'}{100 * abs(moves[name]):.1f}"
    still = len(moves) - len(listed)
    assert f"{still} statements change it by less than 0.1 points" in [part.label for part in app.expander]
    unfold_statement(app, "N6")
    assert set(rows(app)) == set(moves)
    assert "speaks for “takes Hama or Homs”, × 1.3" in html(app)
    unfold_statement(app, "S18")
    page = html(app)
    assert "30–70 %" in page
    assert "if Israel&#x27;s public line on Iraq: calls it a reason for force" in page


def test_statements_are_narrowed(opened):
    app = opened("statements")
    app.multiselect(key="by-speaker").set_value(["al-sharifi"]).run()
    model = shipped_model()
    wanted = {one.id for one in model.records.statements if one.speaker == "al-sharifi"}
    # Who asks for some sees them all, whatever they do.
    assert set(rows(app)) == wanted
    app.multiselect(key="by-variable").set_value(["israeli_strike"]).run()
    assert "S18" in (left := set(rows(app)))
    assert left < wanted


def test_a_statement_switched_off_moves_what_the_scenario_file_moves(opened):
    app = opened("statements")
    choose(app, "Outcome", STRIKE)
    unfold_statement(app, "S18")
    before = list(rows(app))
    assert 'class="density"' not in html(app)
    control(app, "counts-S18").uncheck().run()
    assert not app.exception
    assert app.session_state.scenario.statements.exclude == ("S18",)
    # It stays where it was, and tells in its place what it did.
    assert list(rows(app)) == before
    assert rows(app)["S18"] == "left out"
    done = html(app).split('class="done"')[1].split("What the changes do")[0]
    assert 'class="density"' in done
    assert done.count('role="listitem"') == 1
    assert re.search(r"[\d.]+ % → [\d.]+ %", done)
    assert "What the changes do to the outcomes" in html(app)
    control(app, "counts-S18").check().run()
    assert app.session_state.scenario is app.session_state.start


def test_a_statement_is_reweighed_reworded_and_regraded(opened):
    app = opened("statements")
    unfold_statement(app, "S18")
    control(app, "weight-S18").set_value(0.5).run()
    control(app, "words-S18").set_value("likely").run()
    control(app, "grade-S18").set_value("A1").run()
    assert not app.exception
    changes = app.session_state.scenario.statements
    assert (changes.reweigh, changes.reword, changes.regrade) == ({"S18": 0.5}, {"S18": "likely"}, {"S18": "A1"})
    assert rows(app)["S18"].endswith(", changed")


def test_scenarios_side_by_side_have_their_own_answers(opened):
    app = opened("compare")
    app.multiselect[0].set_value(["baseline", "casus-belli", "assad-falls"]).run()
    assert not app.exception
    model = shipped_model()
    part = html(app).replace("\u00a0", " ").split("What each scenario changes")[-1]
    part = part.split(">Israeli strike</td>")[1].split("</tr>")[0]
    for name in ("baseline", "casus-belli", "assad-falls"):
        scenario = load_scenario(ROOT / "scenarios" / model.name / f"{name}.yaml", model.records)
        estimate = assess(model, scenario).outcomes["israeli_strike"]
        assert f"{chance(estimate)} {interval(estimate)}" in part
    assert "Assad&#x27;s rule: Assad falls" in html(app)


def test_the_briefing_page_has_the_record_and_gives_each_format(opened):
    app = opened("briefing")
    assert app.session_state.scenario.digest[:16] in html(app)
    assert "20241201" in html(app)
    labels = [button.label for button in app.button]
    assert {"PDF", "DOCX", "PPTX", "HTML", "MD"} <= set(labels)
    app.text_input[0].set_value(" ").run()
    assert "No briefing like this" in html(app)
    assert "PDF" not in [button.label for button in app.button]


def test_a_briefing_from_the_page_is_the_command_s(opened, shipped, tmp_path):
    from tocsin.ledger.chain import sealed
    from tocsin.report.record import BriefingOptions
    from tocsin.ui.briefing import briefed

    scenario = opened("briefing").session_state.scenario
    made = briefed(
        shipped_model(), scenario, BriefingOptions("summary", ledger=sealed(shipped / "models" / IRAQ.name)), "md"
    )
    name = f"{scenario.scenario}.md"
    assert made == written(tmp_path, name, scenario.scenario, "--format", "md", "--length", "summary")


def uploaded(app, table, name="mine.csv", kind="text/csv"):
    """The batch page with rows from a file of one's own."""
    app.selectbox(key="batch-rows").set_value("a file of my own").run()
    return sound(app.file_uploader(key="batch-file").upload(name, table, kind).run())


def test_errors_of_an_upload_are_told_by_line_before_it_is_run(opened):
    app = uploaded(opened("batches"), b"framing\ncasus_belli\nnowhere\n")
    assert re.search(r"line 3: .*nowhere", html(app))
    app.button(key="batch-run").click().run()
    assert "1 row answered" in html(app)
    assert "1 left out" in html(app)
    # A row left out names the upload and no place of ours.
    assert app.session_state["batch-result"].rejected.decode().splitlines()[1].startswith("mine.csv,3,")


def test_rows_are_counted_before_they_are_run(opened, monkeypatch):
    from tocsin.ui import batches as module

    monkeypatch.setattr(module, "MOST_ROWS", 3)
    rows = b"framing\n" + b"casus_belli\n" * 3
    app = uploaded(opened("batches"), rows)
    assert "3 rows" in html(app)
    assert "too many" not in html(app)
    app.file_uploader(key="batch-file").set_value([]).run()
    app.file_uploader(key="batch-file").upload("more.csv", rows + b"casus_belli\n", "text/csv").run()
    assert "More than 3 rows are too many for this page" in html(app)
    assert not [one for one in app.button if one.key == "batch-run"]


def test_an_upload_starts_from_this_session_s_scenario(opened):
    app = opened("batches")
    choose(app, "Scenario", "Israel calls the attacks from Iraq a reason for force")
    uploaded(app, b"lebanon_truce\nholds\n")
    app.button(key="batch-run").click().run()
    model = shipped_model()
    scenario = load_scenario(ROOT / "scenarios" / model.name / "casus-belli.yaml", model.records)
    content = scenario.model_dump(exclude_defaults=True)
    content["evidence"] = {**content["evidence"], "lebanon_truce": [{"observed": "holds"}]}
    outcome = assess(model, type(scenario).model_validate(content)).outcomes["israeli_strike"]
    kept = app.session_state["batch-result"]
    (found,) = kept.table["P(israeli_strike)"].to_pylist()
    assert found == pytest.approx(outcome.p, abs=1e-9)
    assert f"{outcome.wording.word}: {chance(outcome)}" in html(app)
    assert "Each started from “Israel calls the attacks from Iraq a reason for force”" in html(app)


def test_an_uploaded_sweep_finds_the_scenario_that_it_names(opened):
    sweep = (ROOT / "scenarios" / "iraq-syria-2024" / "sweeps" / "posture-restraint-truce.yaml").read_bytes()
    app = uploaded(opened("batches"), sweep, "mine.yaml", "application/yaml")
    assert "18 rows" in html(app)
    assert "as the sweep says" in html(app)


def test_a_shipped_sweep_is_shown_for_people_and_run_exactly(opened):
    app = opened("batches")
    app.selectbox(key="batch-rows").set_value("belief-in-casus-belli").run()
    page = html(app)
    assert "Before it is run" in page
    assert "says nothing 26 % and names Iraq or the east 74 %, believed" in page
    assert not re.search(r"\d\.\d{5}", page)
    app.button(key="batch-run").click().run()
    assert re.search(r"none:0\.\d{10}", app.session_state["batch-result"].csv.decode())
    assert not app.exception
    assert "101 rows answered" in html(app)
    held = app.session_state["batch-result"].csv.decode().splitlines()
    assert len(held) == 102
    assert "How the outcomes follow what is varied" in html(app)


def test_a_wrong_column_is_told(opened):
    app = uploaded(opened("batches"), b"frming\ncasus_belli\n")
    assert "did you mean &#x27;framing&#x27;" in html(app)


def test_what_tells_nothing_is_not_ranked_and_the_rest_as_the_analysis_does(opened):
    app = opened("why:look_for_next")
    page = html(app)
    assert "data-name" not in page.split("<h2>Parts and effects of it")[0]
    assert "of what is unknown" in page
    assert "Nothing that could be known before this outcome" in page
    # What comes with it stands in both halves then.
    assert 'class="story spread"' in page
    assert not re.search(r"\de-\d", page)
    choose(app, "Outcome", STRIKE)
    model = shipped_model()
    plan = indicators(lay_out(model, app.session_state.scenario, "israeli_strike"))["israeli_strike"]
    found = [one for one in plan.indicators if one.bits >= TELLING]
    before, late = html(app).split("<h2>Parts and effects of it")
    assert re.findall(r'data-name="(\w+)"', before) == [one.variable for one in found if not one.effect]
    assert 'class="story halves"' in before
    assert re.findall(r'data-name="(\w+)"', late) == [one.variable for one in found if one.effect]
    # What an outcome is made of by definition is no cause of it.
    choose(app, "Outcome", "Infiltration")
    before, late = html(app).split("<h2>Parts and effects of it")
    assert {"infiltration_rabia", "infiltration_qaim"} <= set(re.findall(r'data-name="(\w+)"', late))
    assert "posture" in re.findall(r'data-name="(\w+)"', before)


def test_why_has_no_raw_keys_tells_what_it_leaves_out_and_pairs_numbers_as_the_analysis_does(opened):
    app = unfold(opened("why"), "together")
    choose(app, "Outcome", STRIKE)
    page = html(app)
    keys = [slot.key for slot in shipped_model().provenance.slots]
    assert [key for key in keys if key in page] == []
    assert "Nothing is set in this scenario" in page
    drawn = page.split('aria-label="Numbers that it hangs on"')[1].split("</section>")[0]
    # A number has its reference, and statements are observations of it.
    assert re.search(r", observed by [A-Z]\d+", drawn)
    assert "set by" not in drawn
    rows = drawn.count('role="listitem"')
    others = re.search(r"(\d+) other numbers move it", drawn)
    assert others
    assert rows + int(others[1]) == len(tornado(lay_out(shipped_model(), app.session_state.scenario))["israeli_strike"])
    case = lay_out(shipped_model(), app.session_state.scenario)
    first, second = (one.parameter.key for one in tornado(case)["israeli_strike"][:2])
    p = two_way(case, first, second).p["israeli_strike"]
    grid = html(app).split('data-crossed="israeli_strike"')[1].split("</table>")[0]
    cells = re.findall(r"<td[^>]*>([<>\d.]+ %|&lt; 0.1 %)", grid)
    assert cells == [percent(float(one)) for row in p for one in row]
    assert grid.count("nearest to now") == 1


def test_reconciling_shows_before_and_after_and_can_be_kept(opened):
    app = opened("why")
    assert "The numbers that move most" not in html(app)
    unfold(app, "reconciling")
    found = reconcile(lay_out(shipped_model(), app.session_state.scenario)).assessment
    assert found is not None
    after = found.outcomes["israeli_strike"].p
    part = html(app).split("Reconciled with these judgements")[1]
    assert f"to {percent(after)} [" in part.split("An Israeli strike on Iraqi soil goes from ")[1].split("</li>")[0]
    assert "The numbers that move most" in part
    next(one for one in app.button if one.label == "Answer so from now on").click().run()
    assert app.session_state.scenario.reconcile
    assert "about the answer before it is weighed" in html(app)


def test_odds_ratios_are_pictured_before_and_after(opened):
    app = opened("statements")
    unfold_statement(app, "R3")
    control(app, "counts-R3").uncheck().run()
    part = html(app).split('class="done"')[1]
    assert part.count('class="density"') == 1
    assert "The factor on the odds" in part
    assert re.search(r"× [\d.]+ → × [\d.]+", part)


def test_the_first_chosen_scenario_is_the_one_compared_with(opened):
    app = opened("compare")
    app.multiselect[0].set_value(["casus-belli", "baseline"]).run()
    page = html(app).replace("\u00a0", " ")
    assert "<strong>A:</strong> Israel calls the attacks from Iraq a reason for force." in page
    part = page.split("Which difference explains which change")[1]
    model = shipped_model()
    first = load_scenario(ROOT / "scenarios" / model.name / "casus-belli.yaml", model.records)
    p, q = (assess(model, one).outcomes["israeli_strike"].p for one in (first, app.session_state.scenario))
    assert f"From {percent(p)} to {percent(q)}" in part


def test_an_earlier_briefing_and_a_template_are_taken(opened, tmp_path):
    from tocsin.report.record import BriefingOptions
    from tocsin.ui.briefing import briefed
    from tocsin.ui.widgets import Upload

    app = opened("briefing")
    model, scenario = shipped_model(), app.session_state.scenario
    earlier = briefed(model, scenario, BriefingOptions("summary"), "md")
    app.file_uploader(key="brief-since").upload("before.md", earlier, "text/markdown").run()
    assert "Compared with the briefing as of 2024-12-01" in html(app)
    from docx import Document
    from docx.shared import Pt

    house = Document()
    house.styles["Normal"].font.size = Pt(17)
    house.save(tmp_path / "ours.docx")
    own = (tmp_path / "ours.docx").read_bytes()
    app.file_uploader(key="brief-template").upload("ours.docx", own, "application/octet-stream").run()
    assert not app.exception
    assert "PDF" in [button.label for button in app.button]
    made = briefed(model, scenario, BriefingOptions("summary"), "docx", Upload("look.docx", own))
    assert Document(io.BytesIO(made)).styles["Normal"].font.size == Pt(17)
    house.sections[0].header.paragraphs[0].text = "Ministry"
    house.save(tmp_path / "ours.docx")
    app.file_uploader(key="brief-template").set_value([]).run()
    own = (tmp_path / "ours.docx").read_bytes()
    app.file_uploader(key="brief-template").upload("ours.docx", own, "application/octet-stream").run()
    assert "No briefing like this" not in html(app)
    app.text_input(key="brief-marking-iraq-syria-2024").set_value("TLP:RED").run()
    assert "ours.docx: has “Ministry” on every page, and the marking “TLP:RED” would stand beside it" in html(app)
    assert "--" not in html(app).split("No briefing like this")[1].split("</")[1]
    app.text_input(key="brief-marking-iraq-syria-2024").set_value("").run()
    app.file_uploader(key="brief-template").set_value([]).run()
    app.file_uploader(key="brief-template").upload("ours.docx", b"no document", "application/octet-stream").run()
    assert "ours.docx: is no DOCX" in html(app)


def test_a_file_without_a_record_is_no_earlier_briefing(opened):
    app = opened("briefing")
    app.file_uploader(key="brief-since").upload("notes.md", b"# Notes", "text/markdown").run()
    assert "notes.md: carries no run record" in html(app)


@pytest.fixture
def taken(monkeypatch):
    """What the page offers to make when its button is pressed, by the file's name."""
    found = {}
    buttons = downloads.files

    def note(*offered, **given):
        found.update((file.name, file.make) for file in offered)
        buttons(*offered, **given)

    monkeypatch.setattr(downloads, "files", note)
    return found


def test_what_speaks_for_which_alternative_is_taken_away_as_a_workbook(opened, taken):
    app = opened("why")
    name = "iraq-syria-2024_baseline_alternatives.xlsx"
    assert name not in taken
    unfold(app, "alternatives")
    assert taken[name]()[:2] == b"PK"


def holds(folder, name, made, *more):
    (folder / name).write_bytes(made)
    assert call("verify", folder / name, *more).output == f"{folder / name}: holds\n"


def written(folder, name, *arguments):
    call("brief", "--out", folder / "command", *arguments)
    return (folder / "command" / name).read_bytes()


def test_a_comparison_is_briefed_as_by_the_command(opened, taken, tmp_path):
    app = opened("compare")
    app.multiselect[0].set_value(["casus-belli", "assad-falls"]).run()
    assert app.text_input(key="brief-marking-iraq-syria-2024").value == ""
    assert app.text_input(key="brief-marking-iraq-syria-2024").placeholder == "none"
    app.text_input(key="brief-marking-iraq-syria-2024").set_value("TLP:AMBER").run()
    assert {f"compared_casus-belli_assad-falls.{form}" for form in ("pdf", "docx", "pptx", "html", "md")} <= set(taken)
    for form in ("docx", "md"):
        name = f"compared_casus-belli_assad-falls.{form}"
        made = taken[name]()
        asked = ("--compare", "casus-belli", "assad-falls", "--marking", "TLP:AMBER", "--format", form)
        assert made == written(tmp_path, name, *asked)
        holds(tmp_path, name, made)
    app.text_input(key="brief-marking-iraq-syria-2024").set_value(" ").run()
    assert "No briefing like this" in html(app)


def test_a_model_s_own_marking_can_be_left_out_and_is_no_other_model_s(taken, tmp_path, monkeypatch):
    for name, own in (("marked", "marking: TLP:RED\n"), ("plain", "")):
        shutil.copytree(SMALL, tmp_path / "models" / name)
        path = tmp_path / "models" / name / "model.yaml"
        path.write_text(own + path.read_text("utf-8").replace("model: small", f"model: {name}"), "utf-8")
    monkeypatch.chdir(tmp_path)
    app = alone("briefing")
    app.query_params["model"] = "marked"
    field = app.run().text_input[0]
    assert (field.value, field.placeholder) == ("TLP:RED", "none")
    assert b"**TLP:RED**" in taken["baseline.md"]()
    field.set_value("").run()
    assert b"TLP:RED" not in taken["baseline.md"]()
    choose(app, "Model", "A small model (plain)")
    assert app.text_input[0].value == ""
    app.text_input[0].set_value("TLP:GREEN").run()
    choose(app, "Model", "A small model (marked)")
    assert app.text_input[0].value == ""


def test_an_edited_scenario_is_compared_under_a_name_of_its_own(opened, taken, tmp_path):
    app = opened("compare")
    preset = app.session_state.scenario
    content = {**preset.model_dump(exclude_defaults=True), "evidence": {"framing": [{"observed": "casus_belli"}]}}
    # As from a file that was saved, edited by hand and opened again: a preset's name and title.
    app.session_state.scenario = type(preset).model_validate(content)
    app.run()
    taken.clear()
    app.multiselect[0].set_value(["now", "baseline"]).run()
    assert not app.exception
    name = "compared_baseline-changed_baseline.md"
    made = taken[name]()
    text = made.decode()
    assert f"A:** {preset.title}, changed." in text
    assert f"B:** {preset.title}." in text
    holds(tmp_path, name, made)


def test_the_scenario_is_a_choice_of_its_own_once_it_is_edited(opened):
    app = opened("compare")
    preset = app.session_state.scenario
    app.session_state.scenario = preset.model_copy(update={"expected": {}})
    app.run()
    assert not any("as edited" in option for option in app.multiselect[0].options)
    scenario = app.session_state.scenario
    content = {**scenario.model_dump(exclude_defaults=True), "evidence": {"framing": [{"observed": "casus_belli"}]}}
    app.session_state.scenario = type(scenario).model_validate(content)
    app.run()
    assert any("(this scenario, as edited)" in option for option in app.multiselect[0].options)


def test_a_sweep_that_was_run_is_briefed_as_by_the_command(opened, taken, tmp_path):
    app = opened("batches")
    app.selectbox(key="batch-rows").set_value("posture-restraint-truce").run()
    assert not taken.keys() & {"batch_posture-restraint-truce.pdf"}
    app.button(key="batch-run").click().run()
    app.selectbox(key="brief-length").set_value("summary").run()
    name = "batch_posture-restraint-truce.md"
    made = taken[name]()
    sweep = str(ROOT / "scenarios" / "iraq-syria-2024" / "sweeps" / "posture-restraint-truce.yaml")
    assert made == written(tmp_path, name, "--batch", sweep, "--format", "md", "--length", "summary")
    holds(tmp_path, name, made)


def test_a_table_that_was_run_is_briefed_on_the_scenario_that_it_was_run_on(opened, taken, tmp_path):
    app = opened("batches")
    choose(app, "Scenario", "Israel calls the attacks from Iraq a reason for force")
    table = b"lebanon_truce\nholds\ncollapses\nnowhere\n"
    uploaded(app, table, "My rows.CSV")
    app.button(key="batch-run").click().run()
    # Neither what is uploaded nor what is set later has to do with the rows that were run.
    app.file_uploader(key="batch-file").set_value([]).run()
    choose(app, "Scenario", "As things stood on 1 December 2024")
    assert not app.exception
    assert "with “My rows.CSV” beside it" in html(app)
    (tmp_path / "My rows.CSV").write_bytes(table)
    made = taken["batch_My rows.docx"]()
    asked = ("casus-belli", "--batch", str(tmp_path / "My rows.CSV"), "--format", "docx")
    assert made == written(tmp_path, "batch_My rows.docx", *asked)
    holds(tmp_path, "batch_My rows.docx", made)
    holds(tmp_path, "elsewhere.docx", made, "--table", str(tmp_path / "My rows.CSV"))


def test_no_briefing_is_offered_on_rows_that_were_not_all_answered(opened):
    app = opened("batches")
    app.selectbox(key="batch-rows").set_value("posture-restraint-truce").run()
    app.button(key="batch-run").click().run()
    kept = app.session_state["batch-result"]
    assert "PDF" in [button.label for button in app.button]
    kept.seconds = None
    app.run()
    assert "The run was stopped. A briefing tells of all rows" in html(app)
    assert "PDF" not in [button.label for button in app.button]
    kept.seconds, kept.of = 1.0, replace(kept.of, model="another")
    kept.targets = tuple(type(one)("unheard-of", one.states) for one in kept.targets)
    app.run()
    assert "The model is not the one that these rows were answered by" in html(app)
    assert "How the answers are spread" not in html(app)
    labels = [button.label for button in app.button]
    assert "PDF" not in labels
    assert "Answers as CSV, exact" in labels


def test_no_briefing_is_offered_where_no_row_has_an_answer(opened):
    app = uploaded(opened("batches"), b"target,civilian_deaths\nnone,yes\n")
    app.button(key="batch-run").click().run()
    assert not app.exception
    assert "No row has an answer" in html(app)
