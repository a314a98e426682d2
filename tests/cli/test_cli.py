import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import tocsin
from tests.conftest import IRAQ, ROOT, SMALL, call
from tocsin import __version__
from tocsin.cli.main import COMMANDS, main

FIELDS = {
    "model", "model_digest", "scenario", "scenario_digest", "version", "lexicon", "interval", "draws", "seed",
    "p_evidence", "variables", "outcomes",
}  # fmt: skip


@pytest.fixture
def run(at_root):
    return call


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A working folder with the small model and nothing else."""
    shutil.copytree(SMALL, tmp_path / "models" / "small")
    (tmp_path / "scenarios" / "small").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_counts_the_first_model(run):
    shown = run("check").output
    assert "55 statements" in shown
    assert "24 variables" in shown
    told = re.search(r"Of 90 numbers, .*?\.\n", shown, re.DOTALL).group().replace("\n", " ")
    assert told.startswith("Of 90 numbers, 4 rest on words through a published scale, ")
    # Nothing is left that rests on none of them.
    numbers, *kinds = map(int, re.findall(r"\d+", told))
    assert sum(kinds) == numbers
    assert "N4" in shown
    assert "S25" in shown


def test_check_confirms_quotations(run, tmp_path):
    (tmp_path / "text.txt").write_text("They said it might happen.", "utf-8")
    result = run("check", SMALL, "--source", tmp_path / "text.txt", expect=1)
    assert "statements.yaml:20:12: statements[1].words: 'likely' does not stand in" in result.stderr
    (tmp_path / "text.txt").write_text("It “might” be; more than  LIKELY so.", "utf-8")
    assert "all 2 quotations stand in" in run("check", SMALL, "--source", tmp_path / "text.txt").output.replace(
        "\n", " "
    )


def test_a_quotation_is_whole_words(run, tmp_path):
    (tmp_path / "text.txt").write_text("The mighty storm is unlikely.", "utf-8")
    result = run("check", SMALL, "--source", tmp_path / "text.txt", expect=1)
    assert len(result.stderr.splitlines()) == 2


def test_assess_prints_the_fields_of_design(run):
    answer = json.loads(run("assess", "scenarios/iraq-syria-2024/assad-falls.yaml", "--json").output)
    assert set(answer) >= FIELDS
    assert answer["version"] == __version__
    assert answer["scenario"] == "assad-falls"
    assert set(answer["outcomes"]["israeli_strike"]) == {"event", "p", "low", "high", "words", "baseline"}
    assert len(answer["variables"]) == 24
    for states in answer["variables"].values():
        assert sum(state["p"] for state in states.values()) == pytest.approx(1)
        assert all(0 <= state["low"] <= state["high"] <= 1 for state in states.values())


def test_assess_for_people(run):
    shown = run("assess", "casus-belli").output
    assert "Israeli strike" in shown
    assert "unlikely" in shown
    assert "an index of the outcomes, not a probability" in shown.replace("\n", " ")


def test_evidence_on_the_command_line_is_the_same_as_in_a_file(run):
    from_options = json.loads(run("assess", "--observe", "assad=loses_damascus", "--json").output)
    from_file = json.loads(run("assess", "assad-falls", "--json").output)
    assert from_options["variables"] == from_file["variables"]


def test_each_kind_of_evidence(run):
    base = json.loads(run("assess", "--json").output)["outcomes"]["israeli_strike"]["p"]
    for option, value in (
        ("--observe", "framing=casus_belli"),
        ("--report", "framing=casus_belli:B2"),
        ("--believe", "framing=none:10%,attribution:0.2,casus_belli:70%"),
        ("--force", "framing=casus_belli"),
    ):
        answer = json.loads(run("assess", option, value, "--json").output)
        assert answer["outcomes"]["israeli_strike"]["p"] > base + 0.02
        assert answer["scenario"] == "command-line"


def test_width_and_lexicon(run):
    wide = json.loads(run("assess", "--interval", "95%", "--lexicon", "phia", "--json").output)
    narrow = json.loads(run("assess", "--interval", "0.5", "--json").output)
    assert (wide["interval"], wide["lexicon"]) == (0.95, "phia")
    for name in wide["outcomes"]:
        assert wide["outcomes"][name]["low"] < narrow["outcomes"][name]["low"]
        assert wide["outcomes"][name]["p"] == narrow["outcomes"][name]["p"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--observe", "assad=holsd"], "assad has no state 'holsd'; did you mean 'holds'?"),
        (["--observe", "asad=holds"], "no variable 'asad'; did you mean 'assad'?"),
        (["--observe", "assad=\ud800"], "--observe: 'assad=\\ud800' cannot be read"),
        (["--model", "x" * 5000], "no model 'xxx"),
        (["--observe", "assad"], "--observe: 'assad' cannot be read; write variable=state"),
        (["--report", "assad=holds"], "--report: 'assad=holds' cannot be read; write variable=state:grade"),
        (["--report", "assad=holds:Q9"], "'Q9' is no grade; a grade is one of A1 to F6, such as B2"),
        (["--believe", "assad=holds:30%"], "the belief sums to 0.3; a belief must sum to 1"),
        (["--observe", "assad=holds", "--force", "assad=holds"], "assad is set already; give it once"),
        (["assad-falls", "--observe", "assad=holds"], "assad is set already; give it once"),
        (["--interval", "2"], "outside 0% to 100%"),
        (["--lexicon", "icd"], "no lexicon 'icd'"),
        (["--observe", "israeli_strike=none", "--observe", "civilian_deaths=yes"], "impossible; take a finding back"),
        (["--observe", "israeli_strike=none", "--believe", "civilian_deaths=no:50%,yes:50%"], "civilian_deaths"),
        (["nowhere"], "no scenario 'nowhere' of iraq-syria-2024 (Iraq between"),
        (["casus-beli"], "did you mean 'casus-belli'? There are advance-stalls, assad-falls, "),
        (["--model", "iraq"], "no model 'iraq'; there are iraq-syria-2024 (Iraq between"),
        (["../outside.yaml"], "no such file"),
        (["a\ud800.yaml"], "a\\ud800.yaml: this name cannot be read or written here"),
        (["--model", "/nowhere"], "no such folder"),
    ],
)
def test_bad_input_is_one_message_and_status_1(run, arguments, told):
    result = run("assess", *arguments, expect=1)
    assert told in result.stderr
    assert result.stdout == ""


def test_bad_usage_is_status_2(run):
    assert "No such option" in run("assess", "--obzerve", "x=y", expect=2).output
    assert "No such command" in run("asses", expect=2).output


def test_words_that_no_lexicon_holds(work):
    file = work / "models" / "small" / "statements.yaml"
    file.write_text(file.read_text("utf-8").replace("words: likely", "words: likelyish"), "utf-8")
    told = call("check", "models/small", expect=1).stderr
    assert "statements.yaml:20:12: statements[1].words: no lexicon reads 'likelyish'; did you mean 'likely', or" in told


def test_scenarios_are_checked_with_the_model(work):
    scenario = work / "scenarios" / "small" / "bad.yaml"
    scenario.write_text("scenario: bad\ntitle: Bad\nmodel: small\nforced: {storm: maybe}\n", "utf-8")
    assert "bad.yaml:4:17: forced.storm: storm has no state 'maybe'" in call("check", expect=1).stderr


@pytest.mark.parametrize("name", ["../small", "/etc", "a/b"])
def test_a_model_name_cannot_lead_outside(work, name):
    (work / "s.yaml").write_text(f"scenario: s\ntitle: S\nmodel: {name}\n", "utf-8")
    assert "is no name" in call("assess", "s.yaml", expect=1).stderr


@pytest.mark.usefixtures("no_example")
def test_without_a_model_the_message_says_what_to_do(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "holds no model; name one with --model" in run("assess", expect=1).stderr


@pytest.fixture
def several(work):
    """A working folder with two models and a scenario of one."""
    shutil.copytree(SMALL, work / "models" / "other")
    for file in (work / "models" / "other").iterdir():
        text = file.read_text("utf-8").replace("model: small", "model: other").replace("A small model", "Another")
        file.write_text(text, "utf-8")
    (work / "scenarios" / "small" / "storm.yaml").write_text(
        "scenario: storm\ntitle: It storms\nmodel: small\nevidence: {storm: {observed: yes}}\n", "utf-8"
    )
    return work


@pytest.mark.usefixtures("no_example")
def test_several_models_are_listed_and_named_in_one_way(several):
    listed = "./models: holds 2 models; name one with --model: other (Another), small (A small model)\n"
    for command in (["assess"], ["assess", "baseline"], ["explain"], ["brief", "--out", "b"]):
        assert call(*command, expect=1).stderr == listed
    Path("scenarios", "other").mkdir()
    Path("scenarios", "other", "off.yaml").write_text("scenario: of\ntitle: Off\nmodel: other\n", "utf-8")
    shown = call("models").output.splitlines()
    assert shown == [
        "other: Another",
        "  3 variables, 3 statements, 1 scenario; does not pass the check; as of 2024-12-01; in models/other",
        "small: A small model",
        "  3 variables, 3 statements, 1 scenario; passes the check; as of 2024-12-01; in models/small",
    ]
    told = call("check", expect=1)
    assert told.stdout.startswith("A small model  (small, as of")
    assert told.stderr.startswith("scenarios/other/off.yaml:1:11: scenario: 'of' stands in off.yaml")
    shutil.rmtree("scenarios/other")
    told = call("check")
    assert told.stdout.index("Another  (other") < told.stdout.index("A small model  (small")
    for name in ("other", "models/other", several / "models" / "other", "models/other/model.yaml"):
        assert "Another" in call("assess", "--model", name).output
        assert "Another" in call("check", "--model", name).output
        assert "Another" in call("check", name).output
        assert "3 variables" in call("convert", name, "other.net").output
        assert "3 variables" in call("convert", "--model", name, "other.net").output
    assert "the model is given twice" in call("check", "small", "--model", "small", expect=2).stderr
    for wrong in (["other.net"], ["small", "--model", "small", "x.net"], ["small", "other", "x.net"]):
        assert "give MODEL, or --model, once, and then OUT" in call("convert", *wrong, expect=2).stderr
    without = [
        name
        for name, about in main.commands.items()
        for part in (about.commands.values() if isinstance(about, click.Group) else [about])
        if "--model" not in {option for parameter in part.params for option in parameter.opts}
    ]
    assert without == ["init", "models", "schema"]


def test_a_scenario_that_one_model_alone_has_needs_no_model(several):
    assert "It storms  (A small model)" in call("assess", "storm").output
    assert "did you mean 'storm'? There are storm" in call("assess", "strom", expect=1).stderr
    # The baseline, which both have, is that of the model of the other.
    assert "compared_baseline_storm.pdf" in call("brief", "--compare", "baseline", "storm", "--out", "b").output
    shutil.copytree("scenarios/small", "scenarios/other")
    told = call("assess", "storm", expect=1).stderr
    assert "'storm' is a scenario of 2 models; name one with --model: other (Another), small (A small model)" in told
    assert "It storms  (A small model)" in call("assess", "storm", "--model", "small").output


@pytest.mark.usefixtures("no_example")
def test_a_model_is_found_from_elsewhere(several, run, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("COLUMNS", "1000")
    model = several / "models" / "small"
    assert "It storms" in run("assess", "storm", "--model", model).output
    assert "1 scenario" in run("check", "--model", model).output
    assert "It storms" in run("assess", several / "scenarios" / "small" / "storm.yaml").output
    assert "holds no model" in run("assess", "storm", expect=1).stderr
    assert "no model 'small'; there are none" in run("assess", "--model", "small", expect=1).stderr
    monkeypatch.setenv("TOCSIN_HOME", str(several))
    assert "It storms" in run("assess", "storm").output
    assert "A small model" in run("check", "--model", "small").output
    # What lies in the working folder is nearer.
    shutil.copytree(SMALL, "models/mine")
    assert "A small model  (small" in run("check").output
    assert len(run("models").output.splitlines()) == 2 * 3


def test_no_option_that_is_one_is_taken_twice(run):
    for command, option in (
        ("assess", "--model"),
        ("explain", "--lexicon"),
        ("brief", "--out"),
        ("batch", "--scenario"),
    ):
        told = run(command, option, "a", option, "b", expect=2).stderr
        assert f"{option} is given 2 times; give it once" in told
    assert run("assess", "--json", "--json").output.startswith("{")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--observe", "such as storm=yes"),
        ("--report", "such as storm=yes:B2"),
        ("--believe", "such as storm=no:50%,yes:50%"),
        ("--force", "such as storm=yes"),
    ],
)
def test_examples_are_of_the_model_in_use_and_can_be_given(work, option, told):
    error = call("assess", option, "storm", expect=1).stderr
    assert told in error
    call("assess", option, error.rpartition("such as ")[2].strip())


def test_schema(run, tmp_path):
    made = json.loads(run("schema").output)
    assert set(made) == {"model", "statements", "scenario", "sweep", "choice", "access"}
    assert made["scenario"]["properties"]["evidence"]
    run("schema", "--out", tmp_path / "schemas")
    assert json.loads((tmp_path / "schemas" / "model.schema.json").read_text("utf-8")) == made["model"]


def test_schemas_name_their_dialect_and_themselves():
    made = json.loads(call("schema").output)
    assert {schema["$schema"] for schema in made.values()} == {"https://json-schema.org/draft/2020-12/schema"}
    assert [schema["$id"] for schema in made.values()] == [f"urn:tocsin:schema:{name}" for name in made]
    jsonschema = pytest.importorskip("jsonschema")
    for schema in made.values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("name", "fits"),
    [("israeli_strike", True), ("straße", True), ("2a-b", True), ("a b", False), ("a.b", False), ("-a", False)],
)
def test_schemas_know_what_a_name_is(run, name, fits):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("schema").output)["scenario"]
    content = {"scenario": "s", "title": "S", "model": name, "forced": {name: name}}
    assert jsonschema.Draft202012Validator(schema).is_valid(content) == fits


def test_words_lists_what_is_read_and_as_what(run):
    told = run("words").output
    assert told.startswith("icd203: ICD 203 Analytic Standards")
    assert "       1–5 %  almost no chance\n" in told
    assert (
        told.index("hedges: the model's own") < told.index("30–70 %  not unlikely") < told.index("survey: What readers")
    )
    assert "kent: Sherman Kent's words of estimative probability (read by models that say `lexicon: kent`)" in told
    assert "      1.5–4  moderate\n" in told
    alone = run("words", "--lexicon", "hedges").output
    assert "usually" in alone
    assert "almost no chance" not in alone


def test_words_tells_what_each_lexicon_makes_of_a_word(run):
    assert run("words", "Not  Unlikely", "even chance").output.splitlines() == [
        "Not  Unlikely: 30–70 % (hedges)",
        "even chance: 45–55 % (rule: as said: an even chance)",
        "even chance: 40–60 % (nato, not read by this model)",
    ]
    assert (
        "perhaps-ish: no lexicon reads it; write `read_as` with a range" in run("words", "perhaps-ish", expect=1).stderr
    )
    assert (
        "almost no chance: not read by nato;" in run("words", "almost no chance", "--lexicon", "nato", expect=1).stderr
    )
    assert "--lexicon: no lexicon 'kant'; did you mean 'kent'?" in run("words", "--lexicon", "kant", expect=1).stderr


@pytest.mark.parametrize(
    ("word", "options", "read"),
    [
        ("not likely", (), "20–45 % (rule: the complement of “likely”)"),
        ("at least 60 percent", (), "60–100 % (rule: as said)"),
        ("not likely", ("--lexicon", "nato"), "10–40 % (rule: the complement of “likely”)"),
    ],
)
def test_words_tells_the_rule_that_reads_what_no_lexicon_holds(run, word, options, read):
    assert run("words", word, *options).output == f"{word}: {read}\n"


@pytest.mark.parametrize("name", ["X.YAML", "X.Yml", "x.yaml"])
def test_a_file_is_yaml_in_capitals_too(work, name):
    (work / name).write_text("scenario: x\ntitle: From a file\nmodel: small\n", "utf-8")
    assert call("assess", name).output.startswith("From a file")
    session = tocsin.load("small", draws=64)
    assert session.assess(name).scenario.title == "From a file"


def test_schemas_accept_the_shipped_files():
    jsonschema = pytest.importorskip("jsonschema")
    from tocsin.files import yaml12
    from tocsin.records import ModelFile, Scenario, StatementsFile

    pairs = [(IRAQ / "model.yaml", ModelFile), (IRAQ / "statements.yaml", StatementsFile)]
    pairs += [(file, Scenario) for file in sorted((ROOT / "scenarios" / IRAQ.name).glob("*.yaml"))]
    for file, record in pairs:
        jsonschema.validate(yaml12.read(file).value, record.model_json_schema(by_alias=True))


def test_convert_writes_a_model_with_its_facts_and_says_what_to_observe(run, tmp_path):
    from tocsin.model import open_model
    from tocsin.network.formats import read_network

    out = tmp_path / "small.xdsl"
    told = run("convert", SMALL, out).output
    assert f"{out}: 3 variables, and 1 node for the facts that statements report" in told
    assert "  facts_road = reported\n" in told
    assert "26.80 %  Late" in told
    back, own = read_network(out), open_model(SMALL).network
    assert {name: back.states[name] for name in own.variables} == own.states
    assert back.parents["facts_road"] == ("road",)
    assert "  variable 3 = 0  (facts_road = reported)" in run("convert", SMALL, tmp_path / "small.uai").output


def test_convert_leaves_facts_out_on_request_and_tells_both_baselines(run, tmp_path):
    from tocsin.network.formats import read_network

    told = run("convert", SMALL, tmp_path / "small.bif", "--without-facts").output
    assert "3 variables; what the statements report was left out" in told
    assert re.search(r"\d\d\.\d\d %  \(26\.80 %\)  Late", told)
    assert read_network(tmp_path / "small.bif").variables == ("storm", "road", "late")


def test_convert_reads_foreign_files_and_tells_what_it_changed(run, tmp_path):
    thirds = "variable a { type discrete [ 3 ] { x, y, z }; }\nprobability ( a ) { table 0.3333, 0.3333, 0.3333; }\n"
    (tmp_path / "thirds.bif").write_text(thirds)
    found = run("convert", tmp_path / "thirds.bif", tmp_path / "thirds.uai")
    assert found.stdout == f"{tmp_path / 'thirds.uai'}: 1 variable\n"
    assert "thirds.bif:2:13: a: its column sums to 0.9999 in the file; scaled to 1" in found.stderr
    assert (tmp_path / "thirds.uai").read_text("utf-8").startswith("BAYES")
    (tmp_path / "broken.bif").write_text(thirds.replace("0.3333;", "much;"))
    assert (
        "broken.bif:2:43: a number is expected, not 'much'"
        in run("convert", tmp_path / "broken.bif", tmp_path / "no.uai", expect=1).stderr
    )


def test_convert_refuses_and_writes_nothing(run, tmp_path):
    assert "unknown kind of file" in run("convert", SMALL, tmp_path / "x.doc", expect=1).stderr
    assert "no such file" in run("convert", tmp_path / "none.bif", tmp_path / "y.net", expect=1).stderr
    assert list(tmp_path.iterdir()) == []


def test_each_command_is_loaded_when_it_is_asked_for():
    code = (
        "import sys\n"
        "from tocsin.cli.main import main\n"
        "assert [name for name in sys.modules if name.startswith('tocsin.cli.')] == ['tocsin.cli.main']\n"
        "assert main.commands['schema'].name == 'schema'\n"
        "print([name for name in sys.modules if name.startswith('tocsin.cli.')], 'numpy' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "['tocsin.cli.main', 'tocsin.cli.question', 'tocsin.cli.start'] False\n"


def test_help_is_whole_and_every_option_is_explained(run):
    listed = run("--help").output
    assert "..." not in listed.partition("Commands:")[2]
    for name, command in main.commands.items():
        assert run(name, "--help").output.isascii()
        for part in command.commands.values() if isinstance(command, click.Group) else [command]:
            options = [one for one in part.params if isinstance(one, click.Option)]
            assert [one.name for one in options if not one.help] == []


def test_every_file_holds_commands_that_are_known():
    files = {path.stem for path in (ROOT / "tocsin" / "cli").glob("*.py")} - {"__init__", "main", "question"}
    assert files == set(COMMANDS.values())
    assert sorted(COMMANDS) == list(main.commands)
    for name in COMMANDS:
        assert main.commands[name].name == name


def test_options_are_the_same_for_all_that_take_evidence():
    told = [{option.name for option in main.commands[name].params} for name in ("assess", "explain", "brief")]
    shared = {"observed", "reported", "believed", "forced", "interval", "lexicon", "reconcile", "model_folder"}
    assert all(shared <= each for each in told)


def test_a_file_of_several_scenarios_is_briefed_one_by_one_side_by_side_and_by_name(work):
    calm = "scenario: calm\ntitle: Calm\nmodel: small\n"
    storm = "scenario: storm\ntitle: A storm\nmodel: small\nevidence: {storm: {observed: yes}}\n"
    (work / "mine.yaml").write_text(f"{calm}---\n{storm}", "utf-8")
    assert "name one as mine.yaml#NAME: calm, storm" in call("assess", "mine.yaml", expect=1).stderr
    assert json.loads(call("assess", "mine.yaml#storm", "--json").output)["scenario"] == "storm"
    call("brief", "mine.yaml", "--out", "each", "--format", "md", "--length", "summary")
    assert sorted(path.name for path in (work / "each").iterdir()) == ["calm.md", "storm.md"]
    call("brief", "--compare", "mine.yaml", "--out", "both", "--format", "md")
    assert [path.name for path in (work / "both").iterdir()] == ["compared_calm_storm.md"]
