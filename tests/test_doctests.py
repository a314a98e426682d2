"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import tocsin

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(tocsin.__path__, "tocsin.")
    if not module.name.startswith(("tocsin.ui", "tocsin.__main__"))
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]
    assert len(found) >= 5
