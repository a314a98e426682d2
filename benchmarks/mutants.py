"""Small faults put into the code, one at a time: a fault that no test notices is a line that no test holds.

`python -m benchmarks.mutants tocsin/language/numbers.py tests/test_wording.py`
`python -m benchmarks.mutants tocsin/elicitation tests/elicitation --sample 200`

Comparisons, arithmetic, numbers, texts, booleans, conditions and returned values are changed, never annotations and
docstrings. The project is copied and its tests run on the copy, each mutant in a fork of a process that has imported
the libraries. Some survivors mean the same as the original; every other wants a test.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import click

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
PRELOADED = ("numpy", "scipy.special", "scipy.stats", "pydantic", "yaml", "click", "rich.console", "pyarrow", "pytest")
PATIENCE = 10
"""A mutant that takes so many times as long as the original is killed."""
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutant:
    """A file with one expression changed."""

    file: Path
    line: int
    before: str
    after: str
    source: bytes

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {_short(self.before)}  →  {_short(self.after)}"


def mutants(file: Path, source: bytes) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _expressions(tree):
        for changed in _changes(node):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            after = ast.unparse(changed)
            mutated = source[:start] + b"(" + after.encode() + b")" + source[end:]
            if _parses(mutated):
                yield Mutant(file, node.lineno, source[start:end].decode(), after, mutated)


def _expressions(tree: ast.AST) -> Iterator[ast.expr]:
    """All but annotations, docstrings and what is inside an f-string, whose places Python 3.11 has wrong."""
    if isinstance(tree, ast.expr):
        yield tree
    for name, value in ast.iter_fields(tree):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST) or name in ("annotation", "returns", "decorator_list"):
                continue
            if isinstance(tree, ast.Return) and isinstance(child, ast.expr) and not _is_none(child):
                yield _Returned(child)
            if isinstance(child, ast.JoinedStr | ast.Import | ast.ImportFrom):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            yield from _expressions(child)


class _Returned(ast.expr):
    """A returned value, which a mutant leaves out."""

    def __init__(self, value: ast.expr):
        super().__init__()
        ast.copy_location(self, value)


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, _Returned):
        yield ast.Constant(None)
    elif isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield _with(node, ops=[*node.ops[:at], other(), *node.ops[at + 1 :]])
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        if not (isinstance(node.op, ast.BitOr) and _is_type(node)):
            yield _with(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value)


def _other_constants(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(value * 1.5 if value else 0.5)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}~")


def _with(node: ast.expr, **changes: object) -> ast.expr:
    changed = copy.copy(node)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_type(node: ast.BinOp) -> bool:
    """`str | None` outside an annotation."""
    return any(isinstance(side, ast.Name | ast.Constant) for side in (node.left, node.right))


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:45]} … {line[-22:]}"


def passes(folder: Path, tests: tuple[str, ...], seconds: float | None = None) -> bool:
    """Whether the tests pass on the project in a folder, in a fork of this process."""
    child = os.fork()
    if child == 0:
        os.setsid()  # so that processes of tests end with it
        _run_tests(folder, tests)
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        done, status = os.waitpid(child, 0 if end is None else os.WNOHANG)
        if done:
            return status == 0
        if end is not None and time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return False
        time.sleep(0.01)


def _run_tests(folder: Path, tests: tuple[str, ...]) -> None:
    """Run them and end the process with pytest's status."""
    import pytest

    status = 70
    try:
        os.chdir(folder)
        sys.path[0] = str(folder)
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        status = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-cov", "-n0", *tests]))
    finally:
        os._exit(status)


@click.command()
@click.argument("target", metavar="FILE")
@click.argument("tests", metavar="TESTS…", nargs=-1, required=True)
@click.option("--sample", type=int, help="Try so many mutants, chosen at random.")
@click.option("--seed", default=1, show_default=True, help="Another seed, other mutants in the sample.")
def main(target: str, tests: tuple[str, ...], sample: int | None, seed: int) -> None:
    """Run TESTS on every mutant of FILE, or of the modules in a folder, and list those that survive."""
    path = ROOT / target
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    found = [mutant for file in files for mutant in mutants(file.relative_to(ROOT), file.read_bytes())]
    if sample is not None and sample < len(found):
        found = sorted(Random(seed).sample(found, sample), key=lambda mutant: (mutant.file, mutant.line))
    for name in PRELOADED:
        __import__(name)
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        folder = shutil.copytree(ROOT, Path(temporary) / "project", ignore=LEFT_OUT, symlinks=True)
        start = time.monotonic()
        if not passes(folder, tests):
            raise click.ClickException(f"{' '.join(tests)} fails on the code as it is")
        took = time.monotonic() - start
        print(f"{len(found)} mutants; the tests take {took:.1f} s", flush=True)
        for mutant in found:
            file = folder / mutant.file
            original = file.read_bytes()
            file.write_bytes(mutant.source)
            if passes(folder, tests, PATIENCE + PATIENCE * took):
                survivors += 1
                print(f"survives  {mutant}", flush=True)
            file.write_bytes(original)
        print(f"{len(found) - survivors} of {len(found)} killed in {time.monotonic() - start:.0f} s", flush=True)
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
