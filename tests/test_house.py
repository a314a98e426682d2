"""What holds of the whole house: names that mean one thing, files that are one subject."""

import ast
import re
import tomllib
from collections import defaultdict

from tests.conftest import ROOT

MODULES = {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "tocsin").rglob("*.py"))}


def test_no_class_has_the_name_of_another():
    places = defaultdict(list)
    for path, module in MODULES.items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_every_file_that_is_no_code_goes_into_the_wheel():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = config["tool"]["setuptools"]["package-data"]["tocsin"]
    packed = {path for pattern in patterns for path in (ROOT / "tocsin").glob(pattern)}
    held = {path for path in (ROOT / "tocsin").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert sorted(path.name for path in held - packed if path.suffix != ".py") == []


OF_ONE_MODEL = (
    r"iraq|baghdad|syria|israel|iran\b|assad|leban|kurd|hama\b|homs\b|shafaq|sharifi|casus.belli|militar|militia|troops?\b|"
    r"soldier|weapon|missile|drone|air.?strike|invasion|insurg|ceasefire|\bwars?\b|\barm(?:y|ies)\b"
)
ENGLISH = ROOT / "tocsin" / "authoring" / "english.yaml"
"""Who speaks in the news: an army and a navy as well as a bank and a mayor. Left to itself."""


def test_the_software_knows_nothing_of_any_one_model_or_field():
    suffixes = (".py", ".yaml", ".js", ".css", ".toml", ".typ")
    files = [path for path in (ROOT / "tocsin").rglob("*") if path.suffix in suffixes and "example" not in path.parts]
    assert len(files) > 150
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        if path != ENGLISH
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(OF_ONE_MODEL, line, re.IGNORECASE)
    ]
    assert found == []
