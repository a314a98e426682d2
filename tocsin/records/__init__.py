"""Frozen records of every file that an analyst writes."""

from tocsin.records.choice import Choice
from tocsin.records.model import ModelFile, ModelRecords, Variable
from tocsin.records.scenario import Finding, Scenario, StatementChanges
from tocsin.records.statements import (
    Hedge,
    Judgement,
    Lexicon,
    Scales,
    Source,
    Speaker,
    Statement,
    StatementsFile,
    Term,
)

__all__ = [
    "Choice",
    "Finding",
    "Hedge",
    "Judgement",
    "Lexicon",
    "ModelFile",
    "ModelRecords",
    "Scales",
    "Scenario",
    "Source",
    "Speaker",
    "Statement",
    "StatementChanges",
    "StatementsFile",
    "Term",
    "Variable",
]
