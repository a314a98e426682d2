import pytest

from tocsin.errors import BadInput
from tocsin.files import load_model, load_scenario


def spoil(folder, file, old, new):
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} must stand once"
    (folder / file).write_text(text.replace(old, new), "utf-8")


def spoil_once(folder, old, new):
    """In the one of the two files that has it."""
    (file,) = (name for name in ("model.yaml", "statements.yaml") if old in (folder / name).read_text("utf-8"))
    spoil(folder, file, old, new)


def told(folder):
    with pytest.raises(BadInput) as error:
        load_model(folder)
    return str(error.value).replace(f"{folder}/", "")


def test_the_small_model_is_read(small):
    model = load_model(small)
    assert list(model.variables) == ["storm", "road", "late"]
    assert [statement.kind for statement in model.statements] == ["judgement", "judgement", "evidence"]
    assert model.events == {"late": ("yes",)}


def test_a_digest_is_over_meaning_not_over_bytes(small):
    before = load_model(small).digest
    text = (small / "model.yaml").read_text("utf-8")
    (small / "model.yaml").write_text("# a comment\n" + text.replace("[5%, 20%]", "[0.05, 20 %]"), "utf-8")
    assert load_model(small).digest == before
    spoil(small, "model.yaml", "[0.05, 20 %]", "[0.06, 20 %]")
    assert load_model(small).digest != before


def rows(text):
    """A table of what stands in a file, what stands there instead and what is said; ¶ ends a line."""
    return [line.replace("¶", "\n").split(" => ") for line in text.strip("\n").split("\n")]


CASES = rows("""
family: odds => family: ods => model.yaml:26:7: variables.road.table: no family 'ods'; did you mean 'odds'?
ratio: [2, 8] => ratios: [2, 8] => unknown key; did you mean 'ratio'?
ratio: [2, 8] => range: [2%, 8%] => needs `ratio`, since a ratio is asked here
{assume: {ratio: [2, 8], because: test}} => {base_rate: {events: 3, exposure: 1 year, cite: x}} => model.yaml:33:28: variables.road.table.effects.storm.yes.base_rate: no count gives a ratio; write `assume`
ratio: [2, 8] => ratio: [8, 2] => the lower end must be below the upper end, not 8 to 2
ratio: [2, 8] => ratio: [-2, 8] => an odds ratio is above 0
parents: [road] => parents: [raod] => variables.late.parents[0]: no variable 'raod'; did you mean 'road'?
parents: [] => parents: [late] => the parents form a cycle
yes: {assume: {ratio => yse: {assume: {ratio => storm has no state 'yse'; did you mean 'yes'?
given: {road: open} => given: {road: [open, slow]} => rows 0 and 1 both cover road = slow
- given: {road: [slow, closed]} => - given: {road: slow} => no row covers road = closed
statements: [B1] => statements: [B7] => no statement 'B7'; allowed: A1, B1, B2
statements: [B1] => statements: [A1] => A1 does not judge this number (late in yes, given road = slow or closed
{assume: {range: [2%, 10%], because: test}} => {} => a number needs its reference
range: [2%, 10%], because: test => range: [2%, 10%] => because: is missing
range: [2%, 10%] => range: [2, 10] => 2 is outside 0% to 100%
range: [2%, 10%] => range: [two, 10%] => 'two' is not a chance; write a percent such as 20%
shares: {yes: {assume: {range: [2%, 10%], because: test}}} => chances: {no: 90%, yes: 7%}¶          because: test => the row sums to 0.97; a row must sum to 1
slow: {assume => slower: {assume => road has no state 'slower'; did you mean 'slow'?
events: {late: yes} => events: {late: [no, yes]} => names every state, so the event is certain
events: {late: yes} => events: {layt: yes} => no variable 'layt'; did you mean 'late'?
role: outcome => role: outcomes => 'outcomes' is not known; did you mean 'outcome'?
as_of: 2024-12-01 => as_of: yesterday => 'yesterday' is not a day; write year, month and day, such as 2024-12-01
model: small => model: ../small => '../small' is no name: '.' stands in it; a name is made of letters, digits, _ and -
speaker: ann => speaker: anne => no speaker 'anne'; did you mean 'ann'?
id: B2 => id: B1 => the id 'B1' stands twice; ids must differ
reports: {road: slow} => reports: {road: slwo} => road has no state 'slwo'; did you mean 'slow'?
reports: {road: slow} => reports: {road: slow}¶    observed_on: 2024-12-05 => is after 2024-12-01
reports: {road: slow} => reports: {road: slow}¶    words: likely¶    judges: {probability: {late: yes}} => give exactly one of judges, reports, context; not both judges and reports
reports: {road: slow} => bearing: weak => give exactly one of judges, reports, context; none is there
credibility: 3 => credibility: 7 => 7 is not known; allowed: 1, 2, 3, 4, 5, 6
claim: A storm is on the cards. => claim: '' => claim
""")


@pytest.mark.parametrize(("old", "new", "message"), CASES, ids=[f"{old[:25]} to {new[:25]}" for old, new, _ in CASES])
def test_each_error_names_file_line_and_remedy(small, old, new, message):
    spoil_once(small, old, new)
    text = told(small)
    assert message in text
    assert all(line.startswith(("model.yaml:", "statements.yaml:")) for line in text.splitlines())
    line = int(text.splitlines()[0].split(":")[1])
    assert line > 1 or "model: ../small" in new


def test_all_errors_of_both_files_come_at_once(small):
    spoil(small, "model.yaml", "ratio: [2, 8]", "ratio: [8, 2]")
    spoil(small, "model.yaml", "role: outcome", "role: outcomes")
    spoil(small, "model.yaml", "title: Storm", "title: Storm\n    title: Tempest")
    spoil(small, "statements.yaml", "credibility: 3", "credibility: 7")
    lines = told(small).splitlines()
    assert len(lines) == 4
    assert "the key 'title' stands twice (first on line 10); keep one" in lines[0]


@pytest.mark.parametrize("name", ["model.yaml", "statements.yaml"])
def test_a_missing_file_is_told(small, name):
    (small / name).unlink()
    assert f"{name}: no such file" in told(small)


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(BadInput, match="no such folder; a model is a folder"):
        load_model(tmp_path / "nowhere")


SCENARIO = "scenario: s\ntitle: A scenario\nmodel: small\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "evidence: {storm: {observed: yse}}",
            "s.yaml:4:19: evidence.storm: storm has no state 'yse'; did you mean 'yes'?",
        ),
        ("evidence: {strom: {observed: yes}}", "no variable 'strom'; did you mean 'storm'?"),
        ("evidence: {storm: {observed: yes, grade: B2}}", "a grade goes with `reported` only"),
        ("evidence: {storm: {reported: yes}}", "`reported` needs a `grade` such as B2"),
        ("evidence: {storm: {reported: yes, grade: Z2}}", "'Z2' is no grade; a grade is one of A1 to F6, such as B2"),
        ("evidence: {storm: {believed: {yes: 20%, no: 70%}}}", "the belief sums to 0.9; a belief must sum to 1"),
        ("evidence: {storm: {}}", "give exactly one of observed, reported, believed, likelihood; none is there"),
        ("forced: {storm: maybe}", "storm has no state 'maybe'"),
        ("evidence: {storm: {observed: yes}}\nforced: {storm: yes}", "storm stands in `evidence` too"),
        ("statements: {exclude: [A9]}", "no statement, speaker, source or origin 'A9'"),
        ("statements: {reweigh: {A1: -1}}", "-1 is not allowed; it must be at least 0"),
        ("statements: {reword: {B2: likely}}", "B2 has no estimative words to change"),
        ("lexicon: icd204", "no lexicon 'icd204'; did you mean 'icd203'?"),
        ("model_digest: abcdef0123", "the model has changed"),
        ("expected: {late: {yes: [40%, 20%, 10%]}}", "expected.late.yes"),
        ("interval: 120%", "outside 0% to 100%"),
    ],
)
def test_scenario_errors(small, tmp_path, text, message):
    (tmp_path / "s.yaml").write_text(SCENARIO + text + "\n", "utf-8")
    with pytest.raises(BadInput) as error:
        load_scenario(tmp_path / "s.yaml", load_model(small))
    assert message in str(error.value).replace(f"{tmp_path}/", "")


def test_a_scenario_for_another_model_is_refused(small, tmp_path):
    (tmp_path / "s.yaml").write_text(SCENARIO.replace("small", "large"), "utf-8")
    with pytest.raises(BadInput, match="this scenario is for 'large', but the model is 'small'"):
        load_scenario(tmp_path / "s.yaml", load_model(small))


def test_expected_does_not_change_a_scenarios_digest(small, tmp_path):
    model = load_model(small)
    (tmp_path / "a.yaml").write_text(SCENARIO, "utf-8")
    (tmp_path / "b.yaml").write_text(SCENARIO + "expected: {late: {yes: [1%, 99%]}}\n", "utf-8")
    assert load_scenario(tmp_path / "a.yaml", model).digest == load_scenario(tmp_path / "b.yaml", model).digest


def test_words_that_a_scenario_cannot_give_a_statement_are_refused_with_their_line(small, tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text("scenario: s\ntitle: S\nmodel: small\nstatements:\n  reword: {B1: likley, A1: might}\n", "utf-8")
    with pytest.raises(BadInput) as error:
        load_scenario(path, load_model(small))
    (problem,) = error.value.problems
    assert (problem.line, problem.path) == (5, "statements.reword.B1")
    assert "did you mean 'likely'" in problem.message


def test_words_of_an_event_change_what_the_model_means_and_not_its_events(small):
    before = load_model(small)
    spoil(small, "model.yaml", "{late: yes}", "{late: {states: yes}}")
    assert load_model(small).digest == before.digest
    spoil(small, "model.yaml", "{states: yes}", "{states: yes, says: the convoy is late, noun: a late convoy}")
    after = load_model(small)
    assert after.events == before.events == {"late": ("yes",)}
    assert after.event_words["late"].noun == "a late convoy"
    assert after.digest != before.digest
