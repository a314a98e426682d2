"""What holds of the whole house: names that mean one thing, files that are one subject."""

import ast
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
