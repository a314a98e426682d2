"""Every model in `models/` opens; of what `check` remarks on, what the shipped one may have."""

import pytest

from tests.conftest import IRAQ, ROOT
from tocsin.analysis.foundations import foundations
from tocsin.files import load_model
from tocsin.model import open_model
from tocsin.report.remarks import remarks

FOLDERS = sorted(file.parent for file in (ROOT / "models").glob("*/model.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_model_opens_under_the_name_of_its_folder(folder):
    assert open_model(folder).name == folder.name


def test_no_number_would_rest_on_nothing(iraq):
    found = foundations(iraq)
    assert found.total == len(iraq.priors.by_key) + 2  # three shares are one column
    assert found.published + found.own_reading == 15
    assert found.base_rates == 6
    headings = {remark.heading for remark in remarks(iraq)}
    assert headings <= {
        "judgements under conditions assumed from a reference state",
        "judgements that set no number and are compared with none",
        "statements without weight",
        "facts older than `stale_after_days`",
    }


def test_the_first_model_is_whole():
    records = load_model(IRAQ)
    ids = [statement.id for statement in records.statements]
    groups = {"N": 14, "B": 4, "Y": 5, "R": 4, "S": 28}
    assert sorted(ids) == sorted(
        f"{letter}{number}" for letter, count in groups.items() for number in range(1, count + 1)
    )
    assert len(records.variables) == 24
    assert str(records.file.as_of) == "2024-12-01"
    assert records.file.horizon.days == 30
    said = {statement.observed_on or records.sources[statement.source].published for statement in records.statements}
    assert max(said) <= records.file.as_of
