"""Files that analysts write, spoilt in their text or in their structure: `check` accepts them or says why not."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from click.testing import CliRunner

from benchmarks.fuzzing import ROOT, SMALL
from tocsin.cli.main import main
from tocsin.files import yaml12

FORMATS = ROOT / "docs" / "formats.md"

SCENARIO = """scenario: s
title: A scenario
model: small
evidence:
  storm: {reported: yes, grade: B2}
  road: {likelihood: {open: 1, slow: 3}}
  late: {believed: {no: 30%, yes: 70%}}
statements: {exclude: [A1], reweigh: {B1: 0.5}, reword: {B1: unlikely}, regrade: {B2: C3}, half_life_days: 30}
interval: 90%
lexicon: phia
expected: {late: {yes: [0%, 100%]}}
"""
SWEEP = """sweep: w
title: A sweep
model: small
evidence: {road: {observed: slow}}
grid: {storm: [no, 'no:0.4|yes:0.6', '~yes:B2']}
zip: {'late=yes': [1, 2], 'parameter.storm.shares.yes': [0.1, 0.9]}
"""


@cache
def texts() -> dict[str, dict[str, str]]:
    """By model the texts of its files, by path."""
    found = {"small": {f"models/small/{name}": (SMALL / name).read_text("utf-8") for name in FILES}}
    found["small"] |= {"scenarios/small/s.yaml": SCENARIO, "scenarios/small/sweeps/w.yaml": SWEEP}
    # The examples of the page on formats hold every family and every kind of judgement.
    for block in re.findall(r"^```yaml\n(# .*?)^```$", FORMATS.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        if named := re.match(r"# ((?:models|scenarios)/([^/]+)/\S+\.yaml)$", block.partition("\n")[0]):
            found.setdefault(named[2], {})[named[1]] = block
    return found


FILES = ("model.yaml", "statements.yaml")


def spoilt(wanted: str, random: Random) -> None:
    """A file whose path ends so, spoilt; the others beside it as they were."""
    model = random.choice([name for name, files in texts().items() if any(wanted in path for path in files)])
    files = dict(texts()[model])
    path = random.choice([path for path in files if wanted in path])
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        files[path] = random.choice([in_text, in_structure, in_numbers])(files[path], random)
    check(model, files)


def check(model: str, files: dict[str, str]) -> None:
    """What `check` says of these files: all is well, or status 1 and a message with a place for each problem."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for path, text in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(text.encode("utf-8", "surrogatepass"))
        command = ["check", f"{folder}/models/{model}", "--scenarios", f"{folder}/scenarios"]
        result = CliRunner().invoke(main, command, catch_exceptions=False)
    told = result.output.replace(folder, "")
    assert result.exit_code in (0, 1), told
    if result.exit_code:
        for line in told.splitlines():
            assert re.match(r"/(models|scenarios)/[\w/.-]+(:\d+:\d+)?: .", line), told
    else:
        assert "nan" not in told.split(), told
    assert "Traceback" not in told, told
    # A pattern that tells what is allowed; a name that is refused stands in quotes.
    assert "\\d" not in re.sub(r"'[^']*'", "", told), told
    assert "pydantic" not in told, told


LETTERS = ["\t", " ", "\n", ":", "-", "{", "}", "[", "]", '"', "'", "#", "&", "*", "!", "|", ">", "%", "@", "`", ",",
           "?", "\\", "\0", "\x1b", "\u202e", "\u200b", "\ufeff", "é", "e\u0301", "²", "٣", "\U0001f6a8", "~", "<<",
           "---\n", "...\n", "0", "9", ".", "e9", "-1"]  # fmt: skip


def in_text(text: str, random: Random) -> str:
    """Characters and lines put in, left out, doubled, swapped, moved, or cut off."""
    lines = text.splitlines(keepends=True) or [""]
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    place = random.randrange(len(text) + 1)
    match random.randrange(9):
        case 0:
            return text[:place] + random.choice(LETTERS) + text[place:]
        case 1:
            return text[:place] + random.choice(LETTERS) + text[place + 1 :]
        case 2:
            return text[:place] + text[place + random.randint(1, 8) :]
        case 3:
            del lines[at]
        case 4:
            lines.insert(at, lines[other])
        case 5:
            lines[at], lines[other] = lines[other], lines[at]
        case 6:
            lines[at] = " " * random.randint(0, 12) + lines[at].lstrip(" ")
        case 7:
            return text[:place]
        case _:
            words = re.findall(r"[\w%.]+", text) or [""]
            return re.sub(re.escape(random.choice(words)), random.choice(words), text, count=random.choice([1, 0]))
    return "".join(lines)


NUMBERS = ["0", "1", "0.5", "0%", "100%", "1e-300", "1e-12", "1e-6", "99.9999%", "0.01%", "1e6", "1e300", "-1", "2",
           "1e-320", "-0.999999", "0.999999"]  # fmt: skip
"""Most are allowed somewhere, and go deep."""


def in_numbers(text: str, random: Random) -> str:
    """One number replaced by another, often at the edge of what is allowed."""
    found = list(re.finditer(r"(?<![\w-])-?\d[\d.]*%?(?![\w-])", text))
    if not found:
        return in_text(text, random)
    chosen = random.choice(found)
    return text[: chosen.start()] + random.choice(NUMBERS) + text[chosen.end() :]


VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 7, 0.5, 1e308, -1e308, 1e-308, 5e-324, 10**30, "0%", "100%", "50%", "1e400", ".nan",
    ".inf", "", " ", "x" * 100, "ä", "a b", "a.b", "12", "yes", "no", [], {}, [None], [[]], {"": ""}, ["no", "yes"],
    [0, 1], ["0%", "100%"], ["1%", "1.0000001%"], [1e-308, 1e308], {"a": 1}, "2024-12-01", "9999-12-31",
    "0001-01-01", "A1", "F6", ["a", "a"], [1, 2, 3], {"x": {"y": {"z": 1}}}, "likely", "not", "\u202ex",
    "e\u0301", "x" * 5000,
]  # fmt: skip


def in_structure(text: str, random: Random) -> str:
    """A value replaced, left out, doubled, wrapped, renamed, or exchanged with another place's."""
    try:
        value = yaml12.parse(text, "f").value
    except Exception:  # spoilt already beyond reading
        return in_text(text, random)
    places = list(nodes(value))
    holder, key = random.choice(places)
    other_holder, other = random.choice(places)
    match random.randrange(7):
        case 0 | 1:
            holder[key] = deepcopy(random.choice(VALUES))
        case 2:
            del holder[key]
        case 3 if isinstance(holder, list):
            holder.insert(key, deepcopy(holder[key]))
        case 3 if isinstance(holder, dict):
            holder[random.choice([f"{key}x", str(key).upper(), "because", "assume", other])] = holder.pop(key)
        case 4:
            holder[key] = [holder[key]] * random.choice([1, 1, 2])
        case 5:
            holder[key] = deepcopy(other_holder[other])
        case _ if isinstance(holder[key], int | float):
            holder[key] = holder[key] * random.choice([-1, 0, 1e-300, 1e6, 1e300])
        case _:
            holder[key] = str(holder[key])[: random.randint(0, 12)]
    return json.dumps(value, ensure_ascii=False, indent=1)


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every place of a value: what holds it, and under which key."""
    found = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return found


def _kind(wanted: str) -> Callable[[Random], None]:
    return lambda random: spoilt(wanted, random)


KINDS = {
    "file-model": _kind("/model.yaml"),
    "file-statements": _kind("/statements.yaml"),
    "file-scenario": _kind("scenarios/"),
    "file-sweep": _kind("/sweeps/"),
}
COUNTS = dict.fromkeys(KINDS, 40)
