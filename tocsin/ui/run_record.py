"""What pins an answer: the run record and the versions, as a table."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import version

from tocsin.analysis.foundations import foundations
from tocsin.assessment import run_record
from tocsin.language.numbers import day
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui.markup import Html, element, row, table
from tocsin.version import __version__


def record(model: Model, scenario: Scenario) -> Html:
    """The run record: what must be the same for the same answer."""
    run = run_record(model, scenario)
    rests = foundations(model, scenario.statements)
    pinned: list[tuple[str, str | Html]] = [
        ("Model", run.model),
        ("Model's fingerprint", _digest(run.model_digest)),
        ("Scenario", run.scenario),
        ("Scenario's fingerprint", _digest(run.scenario_digest)),
        ("Tocsin", run.version),
        ("Words", model.records.lexicons[run.lexicon].title),
        ("Interval", f"{100 * run.interval:g} %"),
        ("Draws", f"{run.draws:,}"),
        ("Seed of the draws", str(run.seed)),
        ("Statements", str(len(model.records.statements))),
        ("Numbers", str(rests.total)),
        ("… that rest on words through a published scale", str(rests.published)),
        ("… on words through the analysts' own reading", str(rests.own_reading)),
        ("… on base rates", str(rests.base_rates)),
        ("… on assumptions", str(rests.assumptions)),
        ("… on definitions and arithmetic", str(rests.values)),
    ]
    return _table("What pins this answer", pinned)


def versions(model: Model) -> Html:
    """What it ran with. The model's version is its fingerprint and the day it stands at."""
    file = model.records.file
    return _table(
        "Versions",
        [
            ("Tocsin", __version__),
            ("Model", f"{file.title}, as of {day(file.as_of)}"),
            ("Model's fingerprint", _digest(model.records.digest)),
            ("Python", platform.python_version()),
            *((name, version(name.casefold())) for name in ("NumPy", "Streamlit")),
        ],
    )


def _digest(text: str) -> Html:
    return element("code", text)


def _table(label: str, pairs: Iterable[tuple[str, str | Html]]) -> Html:
    return table(label, (), (row(key, value) for key, value in pairs), "record")
