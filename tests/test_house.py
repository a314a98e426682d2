"""What holds of the whole house: names that mean one thing, files that are one subject."""

from __future__ import annotations

import ast
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
