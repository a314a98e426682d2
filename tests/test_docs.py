"""What the pages say is what the program does: commands, outputs, examples, keys, constants, links."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tocsin.analysis.tension import STRAIN
from tocsin.assessment import FEW_DRAWS, assess
from tocsin.cli.main import main
from tocsin.elicitation.priors import LEAST_REST
from tocsin.files import load_scenario, scales
from tocsin.model import DRAWS, open_model
from tocsin.records import ModelFile, Scenario, StatementsFile

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
METHOD = ROOT / "docs" / "method.md"
FORMATS = ROOT / "docs" / "formats.md"
BRIEFINGS = ROOT / "docs" / "briefings.md"
EXPLAIN = ROOT / "docs" / "explain.md"
CHOICES = ROOT / "docs" / "choices.md"
PYTHON = ROOT / "docs" / "python.md"
LEDGER = ROOT / "docs" / "ledger.md"
PAGES = [
    page
    for folder, pattern in (("", "*.md"), ("docs", "**/*.md"), ("models", "**/*.md"), ("scenarios", "**/*.md"))
    for page in sorted((ROOT / folder).glob(pattern))
]
TEST = "python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt && .venv/bin/pytest"
RUN = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/streamlit run app.py"

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"^# ((?:models|scenarios)/\S+\.yaml)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def steps(page):
    """A page's blocks in their order, each with its language."""
    return _FENCE.findall(page.read_text("utf-8"))


def blocks(page, language):
    return [body for found, body in steps(page) if found == language]


def commands_of(block):
    """Each tocsin command of a console block and the output shown for it; `…` stands for what is left out."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.replace("…", "...")


def console(page):
    return [shown for block in blocks(page, "console") for shown in commands_of(block)]


def yaml_files(page):
    """The whole files that a page shows: yaml blocks whose first line is a comment with the file's path."""
    files = {}
    for block in blocks(page, "yaml"):
        if named := _PATH.match(block):
            files[named[1]] = block
    return files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with all models and scenarios, as the pages' readers have them, on a terminal as wide as the pages."""
    for kind in ("models", "scenarios", "choices"):
        shutil.copytree(ROOT / kind, tmp_path / kind)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "112")
    return tmp_path


@pytest.fixture
def ferry(tmp_path, monkeypatch):
    """A working folder with the small model of `docs/formats.md` and nothing else."""
    return written("ferry", tmp_path, monkeypatch)


@pytest.fixture
def flood(tmp_path, monkeypatch):
    """A working folder with the model of `docs/formats.md` that has every family, and nothing else."""
    return written("flood", tmp_path, monkeypatch)


def written(model, folder, monkeypatch):
    """The files of one of the page's models in a folder, which becomes the working folder."""
    for name, text in yaml_files(FORMATS).items():
        if Path(name).parts[1] == model:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "112")
    return folder


def check_commands(commands):
    checker = doctest.OutputChecker()
    shown = 0
    for command, wanted in commands:
        words = shlex.split(command)
        assert words[:3] == ["python", "-m", "tocsin"], command
        result = CliRunner().invoke(main, words[3:])
        assert result.exception is None or isinstance(result.exception, SystemExit), command
        assert checker.check_output(wanted, result.output, _FLAGS), f"$ {command}\n{result.output}"
        shown += 1
    assert shown, "no command is shown"


@pytest.mark.parametrize(
    "page",
    [*(pytest.param(page, marks=pytest.mark.slow) for page in (README, BRIEFINGS)), EXPLAIN, LEDGER, CHOICES],
    ids=lambda page: page.name,
)
def test_a_page_s_commands_print_what_it_shows(page, folder):
    for table in blocks(page, "csv"):
        (folder / "feed.csv").write_text(table, "utf-8")
    check_commands(console(page))


def test_the_ledger_page_s_check_needs_nothing_of_ours(folder):
    call_commands = [shown for shown in console(LEDGER) if " seal " in shown[0]]
    check_commands(call_commands)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks(LEDGER, "python")), {}, "ledger", None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_option_of_brief_is_told():
    names = [name for option in main.commands["brief"].params for name in option.opts if name.startswith("--")]
    assert [name for name in names if name != "--model" and name not in BRIEFINGS.read_text("utf-8")] == []


def test_the_format_page_s_commands_print_what_it_shows(ferry, monkeypatch):
    commands = list(console(FORMATS))
    check_commands([shown for shown in commands if "flood" not in shown[0]])
    shutil.rmtree(ferry / "models")
    written("flood", ferry, monkeypatch)
    check_commands([shown for shown in commands if "flood" in shown[0]])
    assert (ferry / "unknown.csv").read_text("utf-8").count("\n") == 1 + 64


def test_the_page_s_larger_model_has_every_family_and_every_way_to_write_a_number(flood):
    from tocsin.batch.sweeps import open_sweep
    from tocsin.files.validation import FAMILIES
    from tocsin.report.remarks import remarks

    model = open_model(flood / "models" / "flood")
    assert {variable.table.family for variable in model.records.variables.values()} == set(FAMILIES)
    text = "\n".join(path.read_text("utf-8") for path in sorted(flood.rglob("*.yaml")))
    keys = set(re.findall(r"(\w+):", text))
    wanted = """
        shares at_least chances cases certain statements assume base_rate events exposure power cite hedges phrases
        range ratio strength value baseline influences weights thresholds variance rule leak causes inhibitors form
        reference base effects influence versus read_as cut probability more_likely than qualifies reports bearing
        context origin observed_on observed reported likelihood exclude reweigh regrade half_life_days expected sample
        points beliefs grades parameters tail_risks timezone
    """
    assert keys >= set(wanted.split())
    scenario = load_scenario(flood / "scenarios" / "flood" / "soaked.yaml", model.records)
    assert remarks(model, [scenario]) == ()
    assert open_sweep(flood / "scenarios" / "flood" / "sweeps" / "unknown.yaml", model).rows == 64
    result = CliRunner().invoke(main, ["check", "models/flood"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("page", [README, METHOD, EXPLAIN, PYTHON], ids=lambda page: page.name)
def test_python_examples_run(page, folder):
    text = "\n".join(blocks(page, "python"))
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    told: list[str] = []
    failed, attempted = doctest.DocTestRunner(optionflags=_FLAGS).run(test, out=told.append)
    assert attempted
    assert not failed, "".join(told)


def test_the_readme_has_both_commands_in_one_line_each():
    lines = README.read_text("utf-8").splitlines()
    # What `.ci/run` takes out of the page.
    assert [lines[place + 2] for place, line in enumerate(lines) if line == "<!-- test -->"] == [TEST]
    assert RUN in lines


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_told(command):
    pages = "\n".join(page.read_text("utf-8") for page in (README, METHOD, FORMATS))
    assert re.search(rf"tocsin {command}\b", pages)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page):
    text = _FENCE.sub("", page.read_text("utf-8"))
    missing = []
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = page.parent / path if path else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            missing.append(target)
    assert not missing


def anchors(page):
    """The names under which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_second_model_is_two_files_and_answers(ferry):
    assert sorted(path.name for path in (ferry / "models" / "ferry").iterdir()) == ["model.yaml", "statements.yaml"]
    model = open_model(ferry / "models" / "ferry")
    scenarios = sorted((ferry / "scenarios" / "ferry").glob("*.yaml"))
    assert scenarios
    for path in scenarios:
        scenario = load_scenario(path, model.records)
        assert scenario.expected
        answer = assess(model, scenario)
        for variable, states in scenario.expected.items():
            for state, (low, high) in states.items():
                assert low <= answer.variables[variable][state].p <= high


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("model.yaml", "role: outcome", "role: outcom"),
        ("model.yaml", "{storm: no}", "{strom: no}"),
        ("model.yaml", "{assume: {range: [1%, 5%], because: Engines fail and crews fall ill.}}", "{}"),
        ("model.yaml", "assume: {range: [30%, 95%], because: Without the mate's word nobody knows this master.}", ""),
        ("model.yaml", "as_of: 2025-03-01", "as_of: 2025-02-01"),
        ("model.yaml", "statements: [M1]", "statements: [W1]"),
        ("model.yaml", "given: {storm: yes}", "given: {storm: no}"),
        ("statements.yaml", "reports: {storm: yes}", "reports: {storm: yes}\n    judges: {probability: {storm: yes}}"),
        ("statements.yaml", "speaker: mate", "speaker: mats"),
    ],
)
def test_the_page_shows_real_messages(ferry, file, old, new):
    path = Path("models", "ferry", file)
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    shown = "\n".join(blocks(FORMATS, "text"))
    assert all(line in shown for line in result.output.splitlines()), result.output


def test_every_yaml_block_of_the_format_page_is_read(ferry):
    from tocsin.files.yaml12 import parse

    for position, block in enumerate(blocks(FORMATS, "yaml")):
        assert parse(block, f"block {position}").problems == []


@pytest.mark.parametrize("record", [ModelFile, StatementsFile, Scenario], ids=lambda record: record.__name__)
def test_every_key_and_every_allowed_word_is_on_the_format_page(record):
    text = FORMATS.read_text("utf-8")
    schema = record.model_json_schema(by_alias=True)
    named = [schema, *schema.get("$defs", {}).values()]
    keys = {key for one in named for key in one.get("properties", {})}
    words = {
        str(word) for one in named for described in one.get("properties", {}).values() for word in allowed(described)
    }
    assert sorted(word for word in keys | words if f"`{word}`" not in text) == []


def allowed(described):
    yield from described.get("enum", [])
    if "const" in described:
        yield described["const"]
    for inner in (*described.get("anyOf", []), *([described["items"]] if "items" in described else [])):
        yield from allowed(inner)


def test_every_field_of_the_json_answer_is_on_the_format_page(ferry):
    model = open_model(ferry / "models" / "ferry")
    scenario = Scenario.model_validate({"scenario": "x", "title": "x", "model": model.name})
    answer = assess(model, scenario).as_json()
    outcome = next(iter(answer["outcomes"].values()))
    text = FORMATS.read_text("utf-8")
    assert [field for field in (*answer, *outcome) if f"`{field}`" not in text] == []


def test_the_method_page_lists_every_constant():
    text = " ".join(METHOD.read_text("utf-8").split())
    shipped = scales()
    wanted = {"cover": f"{shipped.cover:.0%}".replace("%", " %")}
    for name in type(shipped).model_fields:
        value = getattr(shipped, name)
        if isinstance(value, dict) and name != "because":
            wanted[name] = " · ".join(f"{key} {told(number)}" for key, number in value.items())
        elif name not in ("because", "cover"):
            wanted[name] = told(value)
    assert wanted.keys() == {*type(shipped).model_fields} - {"because"}
    for name, row in wanted.items():
        assert f"| `{name}` | {row} |" in text
    assert f"|z| > {STRAIN}" in text
    assert f"{DRAWS:,} times" in text
    assert f"{FEW_DRAWS} effective draws" in text
    assert f"{LEAST_REST:g} as what is left" in text


def told(number):
    return "–".join(f"{end:.3g}" for end in number) if isinstance(number, tuple) else f"{number:.3g}"
