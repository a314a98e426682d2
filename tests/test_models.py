"""Every model in `models/` opens; what the shipped one promises beyond what `check` demands of any."""

from __future__ import annotations

import pytest

from tests.conftest import IRAQ, ROOT, shipped_model
from tocsin.files import load_model
from tocsin.opening import open_model

FOLDERS = sorted(file.parent for file in (ROOT / "models").glob("*/model.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_model_opens_under_the_name_of_its_folder(folder):
    assert open_model(folder).name == folder.name


@pytest.fixture(scope="module")
def model():
    return shipped_model()


def test_every_number_is_a_statement_or_an_assumption_with_its_reason(model):
    assert model.provenance.coverage()[0] == model.provenance.coverage()[1] > 0
    for slot in model.provenance.slots:
        for assumption in (slot.quantity.assume, slot.quantity.otherwise):
            assert assumption is None or len(assumption.because.split()) >= 3, slot.key
        if slot.quantity.statements:
            assert slot.quantity.otherwise is not None, f"{slot.key} would rest on nothing without its statements"


def test_every_statement_is_used_checked_or_cited(model):
    cited = {
        name
        for slot in model.provenance.slots
        for assumption in (slot.quantity.assume, slot.quantity.otherwise)
        if assumption
        for name in assumption.cites
    }
    for statement in model.records.statements:
        if statement.kind == "judgement":
            continue  # it sets a number, or is compared with the model's answer
        assert statement.reports or statement.context or statement.id in cited, statement.id


def test_quotations_are_a_few_words(model):
    for statement in model.records.statements:
        assert statement.words is None or len(statement.words.split()) <= 6, statement.id


def test_the_first_model_is_whole():
    records = load_model(IRAQ)
    ids = [statement.id for statement in records.statements]
    groups = {"N": 14, "B": 4, "Y": 5, "R": 4, "S": 27}
    assert sorted(ids) == sorted(
        f"{letter}{number}" for letter, count in groups.items() for number in range(1, count + 1)
    )
    assert len(records.variables) == 24
    assert str(records.file.as_of) == "2024-12-01"
    assert records.file.horizon.days == 30
    said = {statement.observed_on or records.sources[statement.source].published for statement in records.statements}
    assert max(said) <= records.file.as_of
