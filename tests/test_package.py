"""The package: what is built from these files works where they are not."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import IRAQ, ROOT
from tocsin import __version__
from tocsin.files import yaml12

REQUIRED = "TOCSIN_BUILD"
"""Set to `required`, missing tools to build with are an error; else the tests that need them are skipped."""
FILES = [
    "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "MANIFEST.in", "README.md", "SECURITY.md", "app.py",
    "biome.json", "package.json", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.py",
    ".gitignore", ".pre-commit-config.yaml",
]  # fmt: skip
FOLDERS = [
    ".ci", ".github", ".streamlit", "benchmarks", "choices", "docs", "ledger", "models", "scenarios", "scripts", "tests", "tocsin",
]  # fmt: skip


def run(*command, folder, environment=None):
    result = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def can_build():
    try:
        return int(version("setuptools").partition(".")[0]) >= 77
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A copy of what a package is built from, since a build leaves files behind."""
    if not can_build():
        why = "there is no setuptools 77 or later to build the package with"
        assert os.environ.get(REQUIRED) != "required", why
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("sources")
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def wheel(sources, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), folder=sources)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(sources, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdist")
    call = f"from setuptools.build_meta import build_sdist; build_sdist({str(folder)!r})"
    run("-c", call, folder=sources)
    (built,) = folder.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        archive.extractall(folder, filter="data")
    return folder / built.name.removesuffix(".tar.gz")


@pytest.mark.slow
def test_the_source_distribution_is_whole(sources, unpacked):
    wanted = {path.relative_to(ROOT) for name in FOLDERS for path in (ROOT / name).rglob("*") if path.is_file()}
    wanted = {path for path in wanted if "__pycache__" not in path.parts} | set(map(Path, FILES))
    held = {path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()}
    assert sorted(wanted - held) == []
    extra = {path.parts[0] for path in held - wanted}
    assert extra <= {"PKG-INFO", "setup.cfg", "tocsin.egg-info"}


@pytest.mark.slow
def test_the_tests_of_the_source_distribution_run(unpacked):
    """All are found, which opens every file of them; some are run, those of the pages and of the whole house."""
    plain = {"PYTEST_ADDOPTS": "-p no:cacheprovider"}
    run("-m", "pytest", "-q", "-n", "0", "--collect-only", folder=unpacked, environment=plain)
    some = ("tests/test_docs.py", "tests/test_house.py", "tests/test_extras.py", "tests/files/test_places.py")
    run("-m", "pytest", "-q", "-n", "0", "-m", "not slow", *some, folder=unpacked, environment=plain)


def test_every_python_that_is_promised_is_tested_on():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    promised = [one.rpartition(" ")[2] for one in project["classifiers"] if "Python :: 3." in one]
    workflow = yaml12.read(ROOT / ".github" / "workflows" / "ci.yml").value
    checks = workflow["jobs"]["checks"]
    assert checks["strategy"]["matrix"]["python"] == promised
    assert project["requires-python"] == f">={promised[0]}"
    assert checks["steps"][-1]["run"] == ".ci/run"


def test_it_is_cited_under_its_own_version_and_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml12.read(ROOT / "CITATION.cff").value
    assert str(citation["version"]) == __version__
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"]
    assert set(citation["keywords"]) <= set(project["keywords"])


@pytest.mark.slow
def test_the_wheel_answers_from_an_empty_folder(wheel, tmp_path):
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    where = {"PYTHONPATH": str(tmp_path / "site"), "TOCSIN_HOME": "", "PYTHONSAFEPATH": "1"}
    shown = run("-m", "tocsin", "assess", "casus-belli", folder=tmp_path / "empty", environment=where)
    assert "Israel calls the attacks from Iraq a reason for force" in shown.stdout
    assert shown.stderr == f"note: {IRAQ.name} is an example that comes with Tocsin\n"
    listed = run("-m", "tocsin", "models", folder=tmp_path / "empty", environment=where)
    assert str(Path("site", "tocsin", "example", "models", IRAQ.name)) in listed.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_example_whole_and_nothing_of_the_tests(wheel):
    names = set(ZipFile(wheel).namelist())
    for kind in ("models", "scenarios", "choices"):
        shipped = [path for path in (ROOT / kind / IRAQ.name).rglob("*") if path.is_file()]
        assert shipped
        assert names >= {f"tocsin/example/{path.relative_to(ROOT).as_posix()}" for path in shipped}
    assert f"tocsin/example/ledger/{IRAQ.name}.jsonl" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"tocsin"}
