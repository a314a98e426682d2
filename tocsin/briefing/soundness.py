"""Whether what a record holds is of the kind that it must be: anybody may have edited it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

MOST_DRAWS = 2**16
"""Of a model that a record asks for; far more than an interval needs, and little enough for any machine."""
MOST = 2**63 - 1
"""Of a seed, and of what is counted."""
TEXTS = ("model", "model_digest", "scenario", "scenario_digest", "version", "lexicon")
"""Of a run, what is text."""


class Unsound(ValueError):
    """A field that is not of its kind; says which, and what it must be."""


def require_sound(content: Mapping[str, Any]) -> None:
    """Raises Unsound for the first field that is not what a record holds, KeyError, TypeError."""
    _require_run(content["run"])
    for key in ("scenario", "figures", "facts", "statements"):
        _require(isinstance(content[key], dict), key, content[key], "a list of names with what belongs to them")
    for key in ("scenario", "title"):
        _require_text(content["scenario"][key], f"scenario.{key}")
    for key in ("facts", "statements"):
        for name, value in content[key].items():
            _require_text(value, f"{key}.{name}")
    _require_day(content["as_of"])
    _require(isinstance(content["marking"], str), "marking", content["marking"], "text")
    _require(content["length"] in ("full", "summary"), "length", content["length"], "full or summary")
    table = content.get("table")
    if table is not None:
        _require_table(table)
    check = _require_estimate if table is None else _require_spread
    for name, figure in content["figures"].items():
        _require_texts(figure["event"], f"figures.{name}.event")
        _require_chance(figure["baseline"], f"figures.{name}.baseline")
        check(figure, f"figures.{name}")


def _require_run(run: Mapping[str, Any]) -> None:
    for key in TEXTS:
        _require_text(run[key], f"run.{key}")
    _require(_is_real(run["interval"]) and 0 < run["interval"] < 1, "run.interval", run["interval"], "between 0 and 1")
    _require_whole(run["draws"], "run.draws", 1, MOST_DRAWS)
    _require_whole(run["seed"], "run.seed", 0, MOST)
    for key in ("p_evidence", "effective_draws"):
        _require(_is_real(run.get(key, 0)), f"run.{key}", run.get(key), "a number")


def _require_table(table: Mapping[str, Any]) -> None:
    for key in ("name", "digest"):
        _require_text(table[key], f"table.{key}")
    _require_whole(table["rows"], "table.rows", 0, MOST)
    _require(isinstance(table.get("sweep", {}), dict), "table.sweep", table.get("sweep"), "a sweep")


def _require_estimate(figure: Mapping[str, Any], place: str) -> None:
    for key in ("p", "low", "high"):
        _require_chance(figure[key], f"{place}.{key}")
    _require_text(figure["words"], f"{place}.words")


def _require_spread(figure: Mapping[str, Any], place: str) -> None:
    for chance in figure["quartiles"]:
        _require_chance(chance, f"{place}.quartiles")
    for count in figure["words"].values():
        _require_whole(count, f"{place}.words", 0, MOST)


def _require_texts(value: Any, place: str) -> None:
    _require(isinstance(value, list), place, value, "a list of names")
    for one in value:
        _require_text(one, place)


def _require_text(value: Any, place: str) -> None:
    _require(isinstance(value, str) and value != "", place, value, "text")


def _require_chance(value: Any, place: str) -> None:
    _require(_is_real(value) and 0 <= value <= 1, place, value, "a number from 0 to 1")


def _require_whole(value: Any, place: str, least: int, most: int) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    _require(whole and least <= value <= most, place, value, f"a whole number from {least} to {most}")


def _require_day(value: Any) -> None:
    _require(isinstance(value, str) and _is_day(value), "as_of", value, "a day such as 2024-12-01")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_real(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _require(sound: bool, place: str, value: Any, kind: str) -> None:
    if not sound:
        raise Unsound(f"{place} is {str(value)[:40]!r} and must be {kind}")
