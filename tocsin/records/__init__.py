"""Frozen records of every file that an analyst writes."""

from tocsin.records.lexicon import Hedge, Lexicon, Scales, Term
from tocsin.records.model import ModelFile, ModelRecords, Variable
from tocsin.records.scenario import Finding, Scenario, StatementChanges
from tocsin.records.statements import Judgement, Source, Speaker, Statement, StatementsFile

__all__ = [
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
