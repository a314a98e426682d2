"""Scenarios side by side: every figure of every scenario, what differs, which difference explains which change."""

import io
import re
from math import log

import pytest
from pypdf import PdfReader

from tests.conftest import IRAQ, call, written_scenario
from tests.report.conftest import SCENARIOS
from tests.report.test_content import said
from tests.report.test_formats import text_of
from tocsin.analysis.case import lay_out
from tocsin.analysis.contributions import differences
from tocsin.analysis.foundations import foundations
from tocsin.assessment import assess
from tocsin.errors import BadInput, ImpossibleEvidence
from tocsin.files import load_scenario
from tocsin.language.events import event
from tocsin.language.numbers import capital, chance, change, interval, is_settled, percent
from tocsin.language.scenarios import foundations as foundations_sentence
from tocsin.model import open_model
from tocsin.records import StatementChanges
from tocsin.render.files import FORMATS, render
from tocsin.render.plots import drawing
from tocsin.report import comparison
from tocsin.report.blocks import Bars, Table
from tocsin.report.comparison import LONGEST, MOST, compare, compared_name
from tocsin.report.record import BriefingOptions, parsed
from tocsin.verify import read, verify

NAMES = ("casus-belli", "no-al-sharifi", "strike-happens")


@pytest.fixture(scope="module")
def scenarios(iraq):
    return [load_scenario(SCENARIOS[0].with_name(f"{name}.yaml"), iraq.records) for name in NAMES]


@pytest.fixture(scope="module")
def beside(iraq, scenarios):
    return compare(iraq, scenarios)


@pytest.fixture(scope="module")
def files(beside, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    for form in FORMATS:
        (folder / f"brief.{form}").write_bytes(render(beside, form))
    return folder


def test_every_figure_of_every_scenario_is_in_the_table(beside, iraq, scenarios):
    table = [block for block in beside.section("outcomes").blocks if isinstance(block, Table)][-1]
    assert table.headings == ("Question", "A", "B", "C")
    for row, name in zip(table.rows, iraq.records.events, strict=True):
        for cell, scenario in zip(row[1:], scenarios, strict=True):
            one = assess(iraq, scenario).outcomes[name]
            word = "settled" if is_settled(one.p) else one.wording.word
            assert cell == f"{chance(one)} {interval(one)} {word}"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_the_judgements_of_all(form, files, iraq, scenarios):
    text = text_of((files / f"brief.{form}").read_bytes(), form)
    for scenario in scenarios:
        for name in ("wider_conflict", "base_attacks"):
            one = assess(iraq, scenario).outcomes[name]
            assert re.search(rf"{one.wording.word} \(.*?\): {re.escape(chance(one))} {re.escape(interval(one))}", text)


def test_the_outcome_that_differs_most_comes_first_and_no_tail_risk(beside, iraq, scenarios):
    answers = [assess(iraq, one).outcomes for one in scenarios]
    open_ones = [
        name
        for name in answers[0]
        if name not in iraq.records.file.tail_risks and not any(is_settled(each[name].p) for each in answers)
    ]

    def apart(name):
        odds = [log(each[name].p / (1 - each[name].p)) for each in answers]
        return max(odds) - min(odds)

    most = max(open_ones, key=apart)
    noun = event(iraq.records, most, style="noun")
    chances = [each[most].p for each in answers]
    assert beside.bottom_line.startswith(f"{capital(noun)} differs most: ")
    for letter, p in zip("ABC", chances, strict=True):
        told = percent(p) in beside.bottom_line and f"under {letter}" in beside.bottom_line
        assert told == (p in (min(chances), max(chances)))


def test_what_only_one_sets_is_told_of_that_one(beside):
    table = next(block for block in beside.section("differences").blocks if isinstance(block, Table))
    marks = {row[0]: row[1:] for row in table.rows}
    assert marks["Everything that Ahmed Al-Sharifi says is left out"] == ("–", "set", "–")
    assert marks["Israel calls the attacks a reason for force: observed, taken as certain"][0] == "set"


def test_what_all_set_is_no_difference(iraq, scenarios):
    changed = scenarios[0].model_copy(update={"scenario": "wide", "interval": 0.95, "lexicon": "phia"})
    made = compare(iraq, [scenarios[0], changed])
    assert "The scenarios set the same." in said(made.section("differences"))
    assert "Set in all of them:" in said(made.section("differences"))
    told = said(made.section("judgements"))
    assert "do not hold the same share (A 80 %, B 95 %)" in told
    assert "not those of one standard" in told
    assert made.bottom_line == "The scenarios give every outcome the same probability."


def test_the_reason_is_the_difference_with_the_largest_part(beside, iraq, scenarios):
    told = said(beside.section("why"))
    part = told[told.index("From A to B") : told.index("From A to C")]
    # Of the second outcome the other difference, the statements left out, has a part too small to be told.
    for outcome, share in (("israeli_strike", "most of it"), ("base_attacks", "all of it")):
        found = differences(iraq, scenarios[0], scenarios[1]).outcomes[outcome]
        most = max(found.log_odds, key=lambda name: abs(found.log_odds[name]))
        line = next(line for line in part.splitlines() if line.startswith(f"{event(iraq.records, outcome)}: "))
        assert f"From {percent(found.baseline)} to {percent(found.scenario)}" in line
        assert f"{share} by “{iraq.records.variables[most].title}”" in line


@pytest.mark.parametrize(("length", "pairs"), [("full", 2), ("summary", 0)])
def test_each_pair_is_taken_apart_once_for_text_and_slides_and_not_for_a_summary(
    length, pairs, iraq, scenarios, monkeypatch
):
    asked = []
    monkeypatch.setattr(comparison, "differences", lambda *given: asked.append(given) or differences(*given))
    briefing = compare(iraq, scenarios, BriefingOptions(length=length))
    assert [second for *_, second in asked] == scenarios[1 : 1 + pairs]
    assert len(briefing.slides) == {"full": 6, "summary": 2}[length]


def test_confidence_stands_apart_from_probability(beside):
    told = said(beside.section("confidence"))
    assert "Analytic confidence" in told
    assert "%" not in told


def test_every_level_that_is_stated_has_a_line_that_shows_it(beside):
    level, *lines = said(beside.section("confidence")).splitlines()
    assert level == "Analytic confidence in the judgements under every scenario is low to moderate."
    for letter in "ABC":
        own = [line for line in lines if letter in line.partition(":")[0]]
        # C settles one of its outcomes, on which there is nothing to judge.
        assert len(own) == (4 if letter == "C" else 5)
        assert {re.search(r"\((low|moderate|high)\):", line)[1] for line in own} == {"low", "moderate"}


def test_sources_of_another_hearing_are_told(beside):
    assert "Under B: Ahmed Al-Sharifi left out." in said(beside.section("sources"))


def test_what_the_numbers_rest_on_is_told_of_the_first_scenario_s_words(iraq):
    first = written_scenario(iraq, "statements: {reword: {S18: likely}}")
    second = first.model_copy(update={"scenario": "plain", "statements": StatementChanges()})
    found = foundations(lay_out(iraq, first).model, first.statements)
    assert found != foundations(iraq)
    assert foundations_sentence(found) in said(compare(iraq, [first, second]).section("method"))


def test_each_outcome_that_differs_is_a_row_with_a_dot_for_each_scenario(iraq, beside, scenarios):
    chart = next(block for block in beside.section("outcomes").blocks if isinstance(block, Bars))
    answers = [assess(iraq, scenario).outcomes for scenario in scenarios]
    names = {event(iraq.records, name): name for name in answers[0]}
    for row in chart.rows:
        chances = [answer[names[row.label]].p for answer in answers]
        assert row.dots == tuple(zip("ABC", chances, strict=True))
        assert max(chances) <= chart.end
    still = set(names) - {row.label for row in chart.rows}
    told = said(beside.section("outcomes"))
    assert all(f"{label} ({chance(answers[0][names[label]])})" in told for label in still)


def test_differences_are_points_and_the_word_where_it_changes(iraq, beside, scenarios):
    table = next(block for block in beside.section("outcomes").blocks if isinstance(block, Table))
    answers = [assess(iraq, scenario).outcomes for scenario in scenarios]
    names = {event(iraq.records, name): name for name in answers[0]}
    assert [heading[0] for heading in table.headings[1:]] == ["A", "B", "C"]
    for row in table.rows:
        first, *others = (answer[names[row[0]]] for answer in answers)
        for cell, other in zip(row[2:], others, strict=True):
            points, _, rest = cell.partition(": ")
            figure, _, word = rest.partition(", ")
            assert points == change(first.p, other.p, first.wording.edges)
            assert figure == f"{chance(other)} {interval(other)}"
            settled = is_settled(other.p) or is_settled(first.p)
            assert settled or word == ("" if other.wording.word == first.wording.word else other.wording.word)


def test_six_scenarios_stand_in_one_chart(iraq):
    chosen = [load_scenario(path, iraq.records) for path in SCENARIOS[:MOST]]
    made = compare(iraq, chosen)
    chart = next(block for block in made.section("outcomes").blocks if isinstance(block, Bars))
    assert all([letter for letter, _ in row.dots] == list("ABCDEF") for row in chart.rows)
    drawn = drawing(chart)
    assert drawn.count('class="dot"') == 5 * len(chart.rows)
    assert len(made.slides) + 1 <= 8
    assert len(made.record.each) == MOST


def test_a_settled_outcome_is_told_last_and_without_parts(beside, iraq, scenarios):
    told = said(beside.section("why"))
    lines = told[told.index("From A to C") :].splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith("Israeli strike: "))
    p = assess(iraq, scenarios[0]).outcomes["israeli_strike"].p
    assert f"From {percent(p)} to 100 %: settled by what C itself sets." in lines[place]
    # The others stand before it, with what moved them.
    assert "by “Israeli strike on Iraqi soil”" in lines[place - 1]


def test_an_impossible_scenario_among_several_is_named(iraq, scenarios):
    never = written_scenario(iraq, "evidence: {israeli_strike: {observed: none}, civilian_deaths: {observed: yes}}")
    with pytest.raises(ImpossibleEvidence, match=r"^scenario t: "):
        compare(iraq, [scenarios[0], never])


def test_one_outcome_that_all_settle_has_no_confidence(small):
    model = open_model(small)
    first = written_scenario(model)
    settled = [
        written_scenario(model, f"evidence: {{late: {{observed: {s}}}}}").model_copy(update={"scenario": s, "title": s})
        for s in ("yes", "no")
    ]
    made = compare(model, [first, *settled])
    told = said(made.section("confidence"))
    assert "under A." in told
    assert "None is stated for B, C, where the scenario itself settles every outcome." in told
    assert "Analytic confidence" not in said(compare(model, settled).section("confidence"))
    assert made.bottom_line.endswith("The outcome gets more than one word.")


@pytest.mark.parametrize("form", FORMATS)
def test_verify_checks_every_scenario(form, files):
    assert verify(files / f"brief.{form}", IRAQ).holds
    assert [one.run.scenario for one in read(files / f"brief.{form}").each] == list(NAMES)


def test_a_figure_of_the_second_scenario_changed_by_hand_is_found(files, tmp_path, iraq, scenarios):
    one = assess(iraq, scenarios[1]).outcomes["base_attacks"]
    text = (files / "brief.md").read_text("utf-8")
    old = f"{chance(one)} \\["
    assert old in text
    (tmp_path / "x.md").write_text(text.replace(old, old.replace(chance(one)[:2], "99")), "utf-8")
    found = verify(tmp_path / "x.md", IRAQ)
    assert not found.holds
    assert "99" in found.passages[0]
    kept = f'"p":{round(one.p, 10)}'
    assert text.count(kept) == 1
    (tmp_path / "y.md").write_text(text.replace(kept, '"p":0.43'), "utf-8")
    assert any("no-al-sharifi, base_attacks: recorded" in told for told in verify(tmp_path / "y.md", IRAQ).figures)


@pytest.mark.parametrize(
    ("names", "told"),
    [(["baseline"], "two to six"), (["baseline", "baseline"], "named twice"), (["baseline"] * 7, "7 named")],
)
def test_too_few_too_many_or_twice(iraq, names, told):
    chosen = [load_scenario(SCENARIOS[0].with_name(f"{name}.yaml"), iraq.records) for name in names]
    with pytest.raises(BadInput, match=told):
        compare(iraq, chosen)


def test_no_earlier_briefing_with_a_comparison(iraq, scenarios, full, beside):
    with pytest.raises(BadInput, match="one scenario alone"):
        compare(iraq, scenarios, BriefingOptions(since=full.record))
    with pytest.raises(BadInput, match="one scenario alone"):
        BriefingOptions(since=beside.record)


def test_the_record_survives_its_own_text(beside):
    assert parsed(beside.record.as_json(), "here") == beside.record
    assert beside.record.kind == "comparison"


def test_on_the_command_line(at_root, tmp_path):
    options = ("--format", "md", "--lexicon", "phia")
    call("brief", "--compare", "baseline", "assad-falls", "--out", tmp_path, *options)
    path = tmp_path / "compared_baseline_assad-falls.md"
    assert "Words are those of “PHIA" in path.read_text("utf-8")
    assert call("verify", path).output.endswith(": holds\n")
    for wrong in (
        ["--compare", "baseline"],
        ["--compare", "a", "b", "--batch", "x.csv"],
        ["a", "b", "--observe", "x=y"],
    ):
        call("brief", "--out", tmp_path, *wrong, expect=2)


def test_names_of_files_stay_short():
    many = [f"a-scenario-with-a-long-name-{k}" for k in range(6)]
    assert len(compared_name(many)) <= LONGEST
    assert compared_name(many) != compared_name(many[::-1])


@pytest.mark.parametrize("count", [2, 4, 6])
def test_the_summary_fits_one_page(count, iraq):
    chosen = [load_scenario(path, iraq.records) for path in SCENARIOS[-count:]]
    made = compare(iraq, chosen, BriefingOptions("summary"))
    assert len(PdfReader(io.BytesIO(render(made, "pdf"))).pages) == 1
    assert len(made.slides) == 2
