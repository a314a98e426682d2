"""The package: what is built from these files works where they are not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import IRAQ, ROOT

REQUIRED = "TOCSIN_BUILD"
"""Set to `required`, missing tools to build with are an error; else the tests that need them are skipped."""
SOURCES = ("LICENSE", "README.md", "pyproject.toml", "setup.py", "tocsin", "models", "scenarios")


def run(*command: str, folder: Path, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
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


def can_build() -> bool:
    try:
        return int(version("setuptools").partition(".")[0]) >= 77
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a package is built from, since a build leaves files behind."""
    if not can_build():
        why = "there is no setuptools 77 or later to build the package with"
        assert os.environ.get(REQUIRED) != "required", why
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), folder=sources)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_answers_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    where = {"PYTHONPATH": str(tmp_path / "site"), "TOCSIN_HOME": "", "PYTHONSAFEPATH": "1"}
    shown = run("-m", "tocsin", "assess", "casus-belli", folder=tmp_path / "empty", environment=where)
    assert "Israel calls the attacks from Iraq a reason for force" in shown.stdout
    assert shown.stderr == f"note: {IRAQ.name} is the example that comes with Tocsin\n"
    listed = run("-m", "tocsin", "models", folder=tmp_path / "empty", environment=where)
    assert str(Path("site", "tocsin", "example", "models", IRAQ.name)) in listed.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_example_whole_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    for kind in ("models", "scenarios"):
        shipped = [path for path in (ROOT / kind / IRAQ.name).rglob("*") if path.is_file()]
        assert shipped
        assert names >= {f"tocsin/example/{path.relative_to(ROOT).as_posix()}" for path in shipped}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"tocsin"}
