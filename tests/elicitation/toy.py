"""Small models for the tests of elicitation, with the shipped lexicons and scales."""

from functools import cache
from pathlib import Path

import yaml

import tocsin.elicitation
from tocsin.records import Lexicon, ModelFile, ModelRecords, Scales, StatementsFile

SHIPPED = Path(tocsin.elicitation.__file__).parent / "data"


@cache
def shipped_lexicons():
    found = [
        Lexicon.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted((SHIPPED / "lexicons").glob("*.yaml"))
    ]
    return {lexicon.name: lexicon for lexicon in found}


@cache
def shipped_scales():
    return Scales.model_validate(yaml.safe_load((SHIPPED / "scales.yaml").read_text(encoding="utf-8")))


def statement(name, speaker="ann", **fields):
    """A statement; reliability A and credibility 1 unless said otherwise."""
    plain = {"id": name, "speaker": speaker, "source": "paper", "where": "p. 1", "claim": "A claim.", "credibility": 1}
    return {**plain, **fields}


def judgement(name, low, high, event, speaker="ann", **fields):
    """A judgement of an event, read as a range; `given` and `horizon_days` go into `judges`."""
    judges = {"probability": event, **{key: fields.pop(key) for key in ("given", "horizon_days") if key in fields}}
    return statement(name, speaker, judges=judges, read_as={"range": (low, high), "because": "a test"}, **fields)


def variable(states, table, parents=None):
    plain = {"title": "T", "question": "Q?", "role": "driver"}
    return {**plain, "states": states, "parents": parents or [], "table": table}


def model(variables, statements=None, **settings):
    """A model with the speakers ann (A), bob (A), cyd (C) and eve (E)."""
    grades = {"ann": "A", "bob": "A", "cyd": "C", "eve": "E"}
    said = {
        "sources": {"paper": {"title": "Paper", "publisher": "P", "published": "2024-12-01"}},
        "speakers": {
            name: {"name": name, "role": "expert", "reliability": letter, "incentive": "none"}
            for name, letter in grades.items()
        },
        "statements": statements or [statement("context", context=[next(iter(variables))])],
    }
    content = {
        "model": "toy", "title": "Toy", "description": "A toy.", "as_of": "2024-12-01",
        "horizon": {"from": "2024-12-02", "to": "2024-12-31"}, "variables": variables, **settings,
    }  # fmt: skip
    written = StatementsFile.model_validate(said)
    parts = {name: getattr(written, name) for name in ("sources", "speakers", "origins", "statements")}
    file = ModelFile.model_validate(content)
    return ModelRecords(file=file, lexicons=shipped_lexicons(), scales=shipped_scales(), **parts)
