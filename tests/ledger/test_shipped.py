"""The ledgers that ship: what the models said on the day of their evidence, and nothing that came after it."""

import re
from datetime import date

import pytest

from tests.conftest import DAM, ROOT, shipped_model
from tocsin import assessment
from tocsin.files import load_scenario
from tocsin.files.places import scenario_files
from tocsin.ledger.chain import read
from tocsin.ledger.entries import Forecast, ForecastQuestion
from tocsin.ledger.sealing import seal
from tocsin.model import open_model
from tocsin.records import Scenario

COMMANDS = re.findall(
    r"^tocsin seal (.*) --model (\S+) --on (\S+)$", (ROOT / "docs" / "ledger.md").read_text("utf-8"), re.MULTILINE
)


def supposes_nothing(scenario: Scenario) -> bool:
    return not (scenario.evidence or scenario.forced)


@pytest.mark.parametrize(("names", "model", "day"), COMMANDS, ids=[model for _, model, _ in COMMANDS])
def test_a_shipped_ledger_is_made_again_by_its_command(names, model, day, tmp_path, monkeypatch):
    built = open_model(DAM) if model == DAM.name else shipped_model()
    paths = scenario_files(ROOT / "models" / model)
    every = {name: load_scenario(path, built.records) for name, path in paths.items()}
    wanted = names.split()
    assert wanted[0] == "baseline"
    assert sorted(wanted) == sorted(name for name, scenario in every.items() if supposes_nothing(scenario))
    shipped = ROOT / "ledger" / f"{model}.jsonl"
    sealed = [entry for entry in read(shipped).entries if isinstance(entry, Forecast)]
    (version,) = {forecast.version for forecast in sealed}
    # What was sealed stays as it is; a later version says the same.
    monkeypatch.setattr(assessment, "__version__", version)
    seal(tmp_path / "l.jsonl", built, [every[name] for name in wanted], date.fromisoformat(day))
    assert (tmp_path / "l.jsonl").read_bytes() == shipped.read_bytes()


@pytest.mark.parametrize("path", sorted((ROOT / "ledger").glob("*.jsonl")), ids=lambda path: path.stem)
def test_nothing_in_it_is_later_than_the_evidence(path):
    ledger = read(path)
    (as_of,) = {forecast.made_on for several in ledger.series.values() for forecast in several}
    assert {type(entry) for entry in ledger.entries} == {ForecastQuestion, Forecast}
    assert {question.source for question in ledger.questions.values()} == {f"{path.stem}, as of {as_of}"}
    assert {several[0].scenario for several in ledger.main.values()} == {"baseline"}
