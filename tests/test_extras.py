"""What only some of Tocsin needs is asked for in one line, and the rest works without it."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT
from tocsin.errors import EXTRAS

OPTIONAL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
SWEEP = "scenarios/iraq-syria-2024/sweeps/posture-restraint-truce.yaml"
HIDING = """
import sys
sys.path.insert(0, {root!r})
sys.modules.update(dict.fromkeys({hidden!r}))
from tocsin.cli.main import main
main({command!r})
"""


def without(modules, *command, folder):
    """A command as it ends where these modules are not installed."""
    code = HIDING.format(root=str(ROOT), hidden=modules, command=list(command))
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "command", "told"),
    [
        ("streamlit", "app", "The browser needs streamlit: pip install 'tocsin[app]'"),
        ("pyarrow", f"batch {SWEEP} --out a.csv", "A batch needs pyarrow: pip install 'tocsin[batch]'"),
        (
            "distributed",
            f"batch {SWEEP} --out a.csv --workers 2",
            "A batch on several processes needs dask: pip install 'tocsin[batch]'",
        ),
        ("xlsxwriter", f"batch {SWEEP} --out a.xlsx", "Writing .xlsx needs xlsxwriter: pip install 'tocsin[batch]'"),
        ("openpyxl", "batch x.xlsx --out a.csv", "Reading .xlsx needs openpyxl: pip install 'tocsin[batch]'"),
        ("typst", "brief --out b --format pdf,md", "PDF needs typst: pip install 'tocsin[brief]'"),
        ("docx", "brief --out b --format docx", "DOCX needs python-docx: pip install 'tocsin[brief]'"),
        ("pptx", "brief --out b --format pptx", "PPTX needs python-pptx: pip install 'tocsin[brief]'"),
        ("docx", "draft x.docx", "Reading .docx needs python-docx: pip install 'tocsin[brief]'"),
        ("pypdf", "draft x.pdf", "Reading .pdf needs pypdf: pip install 'tocsin[brief]'"),
        ("pypdf", "verify x.pdf", "Reading PDF needs pypdf: pip install 'tocsin[brief]'"),
    ],
)
def test_a_missing_library_is_told_in_one_line_with_the_remedy(module, command, told, shipped, tmp_path):
    for kind in ("models", "scenarios"):
        (tmp_path / kind).symlink_to(shipped / kind)
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "x.xlsx").touch()
    (tmp_path / "x.docx").write_bytes(b"PK")
    found = without([module], *command.split(), folder=tmp_path)
    assert found.returncode == 1
    assert found.stderr == f"{told}\n"
    assert {path.name for path in tmp_path.iterdir()} == {"models", "scenarios", "x.docx", "x.pdf", "x.xlsx"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "assess casus-belli", "explain", "models", "words unlikely", "schema",
        "convert models/iraq-syria-2024 {folder}/iraq.bif", "convert models/iraq-syria-2024 {folder}/iraq.xdsl",
        "brief --out {folder} --format md",
    ],
)  # fmt: skip
def test_the_core_works_alone(command, shipped, tmp_path):
    found = without([*EXTRAS], *command.format(folder=tmp_path).split(), folder=shipped)
    assert found.returncode == 0, found.stderr
    assert found.stderr == ""


@pytest.mark.slow
def test_without_a_library_for_sweeps_the_rest_is_checked(shipped):
    found = without([*EXTRAS], "check", folder=shipped)
    assert found.returncode == 0
    assert found.stderr == "note: the sweeps are not checked. A sweep needs pyarrow: pip install 'tocsin[batch]'\n"
    assert "17 scenarios" in found.stdout


def test_each_extra_brings_what_the_messages_name_it_for():
    """So that no library is missing without a remedy."""
    extras = OPTIONAL.keys() - {"test", "dev"}
    brought = {(re.split(r"[\[<>=]", wanted)[0], extra) for extra in extras for wanted in OPTIONAL[extra]}
    assert set(EXTRAS.values()) == brought


def test_the_locks_hold_what_runs_and_what_tests():
    def locked(file):
        return set(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", (ROOT / file).read_text("utf-8"), re.MULTILINE))

    def wanted(*extras):
        named = [re.split(r"[\[<>=]", one)[0].lower() for extra in extras for one in OPTIONAL[extra]]
        return set(named) - {"tocsin"}

    running, testing = locked("requirements.txt"), locked("requirements-dev.txt")
    assert running >= wanted("app", "batch", "brief", "formats")
    assert not running & wanted("test", "dev")
    assert len(running) < 100
    assert testing >= running | wanted("login", "test", "dev")


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_has_hashes_and_names_no_place_to_fetch_from(file):
    text = (ROOT / file).read_text("utf-8")
    assert not re.search(
        r"://|--(extra-)?index-url|--find-links (?!--)|@ ", text.partition("\n#    ")[2].partition("\n")[2]
    )
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
