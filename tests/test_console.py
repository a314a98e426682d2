"""Every command as a process, on every kind of terminal, over a model whose texts attack it."""

import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from rich.text import Text

from tests.conftest import ROOT, SMALL
from tocsin.cli.main import COMMANDS
from tocsin.console import Console, TerminalTable, to_errors, to_output

NASTY = "[/] [link=file:///etc/passwd]x[/link] [bold]b :warning: \\u202Eevil\\u2066 \\u2028 \\N é 中"
"""As YAML writes it in double quotes: markup, bidirectional controls, ends of lines that are none."""
HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202e[/]"
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "a pipe": {},
    "no width, ASCII": {"COLUMNS": "0", "PYTHONIOENCODING": "ascii"},
    "narrow, Latin-1": {"COLUMNS": "20", "PYTHONIOENCODING": "latin-1"},
    "a width that is none, the C locale": {"COLUMNS": "³", "LC_ALL": "C", "PYTHONUTF8": "0"},
}
DRIVER = """
import json, os, sys
from tocsin.cli.main import main
for arguments in json.load(open("commands.json")):
    arguments = [os.fsdecode(part.encode("utf-8", "surrogateescape")) for part in arguments]
    for stream in (sys.stdout, sys.stderr):
        print("\\n=====", file=stream, flush=True)
    status = 0
    try:
        main(arguments, prog_name="tocsin")
    except SystemExit as ended:
        status = ended.code
    print("\\nstatus", status, flush=True)
"""


def unseen(text):
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {one for one in text if unicodedata.category(one) in kinds} - {"\n", "\t"}


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """A working folder with a model, a scenario and files, all of whose words and names are hostile."""
    folder = tmp_path_factory.mktemp("nasty")
    model = shutil.copytree(SMALL, folder / "models" / "small")
    text = (model / "model.yaml").read_text("utf-8")
    text = re.sub(r"title: ([A-Z][\w ]*)", lambda found: f'title: "{found[1]} {NASTY}"', text).replace(
        "states: [open, slow, closed]", f'states: [open, slow, closed]\n    labels: {{slow: "slow {NASTY}"}}'
    )
    (model / "model.yaml").write_text(text, "utf-8")
    said = (model / "statements.yaml").read_text("utf-8")
    (model / "statements.yaml").write_text(
        re.sub(r"(claim|name): ([\w. ]*)", lambda found: f'{found[1]}: "{NASTY}"', said), "utf-8"
    )
    (folder / "scenarios" / "small").mkdir(parents=True)
    (folder / "scenarios" / "small" / "wild.yaml").write_text(
        f'scenario: wild\ntitle: "{NASTY}"\ndescription: "{NASTY}"\nmodel: small\nevidence: {{road: {{observed: slow}}}}\n',
        "utf-8",
    )
    (folder / f"t{HOSTILE.replace('/', '')}.csv").write_text(f"id,storm\n{HOSTILE},yes\n2,{HOSTILE}\n", "utf-8")
    (folder / "k.yaml").write_text('scenario: k\ntitle: K\nmodel: small\n"\\e]0;x\\a\\u202E": 1\n', "utf-8")
    (folder / "e.yaml").write_text('scenario: e\ntitle: "\\e[2J"\nmodel: small\n', "utf-8")
    (folder / "evil.md").write_text(f"# {HOSTILE}\n\nNot a briefing.\n", "utf-8")
    for name, text in ((b"b\xff.yaml", "scenario: b\n"), (b"t\xff.csv", "id,storm\n1,yes\n")):
        (folder / os.fsdecode(name)).write_text(text, "utf-8")
    return folder


def commands():
    table = f"t{HOSTILE.replace('/', '')}.csv"
    return {
        ("check",): 0,
        ("check", "--full"): 0,
        ("models",): 0,
        ("words",): 0,
        ("words", HOSTILE): 1,
        ("assess", "wild"): 0,
        ("assess", "wild", "--json"): 0,
        ("explain", "wild"): 0,
        ("explain", "wild", "--json"): 0,
        ("explain", "wild", "--two-way", "road.base.at_least.slow", "road.base.at_least.closed"): 0,
        ("batch", table, "--out", f"o{HOSTILE.replace('/', '')}.csv"): 0,
        ("batch", table, "--out", "strict.csv", "--strict"): 1,
        ("brief", "wild", "--out", f"out{HOSTILE.replace('/', '')}", "--format", "md"): 0,
        ("verify", f"out{HOSTILE.replace('/', '')}/wild.md"): 0,
        ("verify", "evil.md"): 1,
        ("convert", "models/small", f"n{HOSTILE.replace('/', '')}.net"): 0,
        ("schema",): 0,
        ("--version",): 0,
        ("--help",): 0,
        **{(name, "--help"): 0 for name in COMMANDS},
        ("batch", "t\udcff.csv", "--out", "out.csv"): 0,
        ("batch", "t\udcff.csv", "--out", "out\udcff.parquet"): 0,
        ("assess", "k.yaml"): 1,
        ("assess", "e.yaml"): 1,
        ("assess", "b\udcff.yaml"): 1,
        ("assess", "none\udcff\n.yaml"): 1,
        ("assess", "--model", HOSTILE): 1,
        ("assess", "--observe", f"{HOSTILE}={HOSTILE}"): 1,
        ("assess", "--report", f"road={HOSTILE}:B2"): 1,
        ("assess", "--believe", HOSTILE): 1,
        ("assess", "--lexicon", HOSTILE): 1,
        ("assess", "--interval", HOSTILE): 1,
        ("assess", f"--{HOSTILE}"): 2,
        (HOSTILE,): 2,
        ("brief", "--out", "x", "--format", HOSTILE): 2,
        ("convert", "evil.md", "x.bif"): 1,
    }


def started(arguments, folder, environment):
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "PYTHONIOENCODING")}
    plain |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | dict(environment)
    if "LC_ALL" in environment:
        del plain["PYTHONIOENCODING"]
    return subprocess.Popen(arguments, cwd=folder, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def parts(output, environment):
    text = output.decode(environment.get("PYTHONIOENCODING", "utf-8"))
    return iter(text.split("\n=====\n")[1:])


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=list(ENVIRONMENTS))
def test_no_command_lets_anything_through_or_falls(nasty, environment):
    wanted = commands()
    (nasty / "commands.json").write_text(json.dumps(list(wanted)), "utf-8")
    ran = started([sys.executable, "-c", DRIVER], nasty, environment)
    out, err = ran.communicate(timeout=200)
    shown = list(zip(parts(out, environment), parts(err, environment), strict=True))
    assert len(shown) == len(wanted), err[-2000:]
    for (command, status), (said, told) in zip(wanted.items(), shown, strict=True):
        assert said.endswith(f"\nstatus {status}\n"), (command, said[-500:], told[-500:])
        for text in (said, told):
            assert not unseen(text), (command, text)
            assert "Traceback" not in text, command
        assert bool(told.strip()) == (status != 0) or command[0] == "batch", (command, told)
        if "--json" in command and status == 0:
            assert json.loads(said.rpartition("\nstatus")[0])
        if status == 0 and command[0] in ("assess", "check", "explain") and not {"--help", "--json"} & {*command}:
            assert "[link=file:///etc/passwd]x[/link]" in " ".join(said.split()) or "COLUMNS" in environment


@pytest.mark.parametrize("command", [["assess", "wild"], ["assess", "wild", "--json"], ["check"], ["schema"]])
def test_a_reader_that_goes_away_is_no_error(nasty, command):
    ran = started([sys.executable, "-m", "tocsin", *command], nasty, {})
    with ran:
        ran.stdout.close()
        assert ran.stderr.read() == b""
    assert ran.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["schema", "check"])
def test_a_full_disk_is_said_once(nasty, command):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "tocsin", command], cwd=nasty, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (1, "output: No space left on device\n")


@pytest.fixture
def sheet():
    table = TerminalTable(("what", "words"), ("share", "figures"), ("range", "ranges"))
    table.add_cells(("A very long description of a very small thing, and of another", "> 99.9 %", "[99.2–99.9]"))
    table.add_cells(("A" * 60, "8.9 %", "[1.7–20]"))
    return table


@pytest.mark.parametrize("columns", ["", "0", "-3", "x", "99999999999999999999"])
def test_a_table_in_a_file_is_as_wide_as_it_is(sheet, columns, monkeypatch, capsys):
    # pytest -v writes as wide as COLUMNS says before a fixture is taken down.
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", columns)
        sheet.print_to(to_output())
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) == 3
    assert "A very long description of a very small thing, and of another  > 99.9 %  [99.2–99.9]" in shown


@pytest.mark.parametrize("columns", [1, 5, 20, 40, 60])
def test_no_figure_is_cut_however_narrow_the_terminal(sheet, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    sheet.print_to(to_output())
    shown = capsys.readouterr().out
    assert re.search(r"> 99.9 %  \[99.2–99.9\]", shown)
    assert "…" not in shown
    assert shown.count("A") == 61
    assert re.search(r"\bdescription\b", shown)


def test_a_console_reads_no_markup_and_shows_what_would_act(capsys):
    console = to_output()
    console.print("[bold]a[/] :warning: \x1b[31m\u202e")
    console.print(Text("\x1b]8;;file:///etc/passwd\x1b\\x", "bold"))
    assert capsys.readouterr().out == (
        "[bold]a[/] :warning: \\u001b[31m\\u202e\n\\u001b]8;;file:///etc/passwd\\u001b\\x\n"
    )


def test_colours_still_reach_a_terminal():
    import io

    out = io.StringIO()
    Console(file=out, force_terminal=True, color_system="standard").print(Text("a\x1b", "bold"))
    assert out.getvalue() == "\x1b[1ma\\u001b\x1b[0m\n"
    assert to_errors().width
