import pytest

from tests.conftest import ROOT, SMALL
from tocsin.batch import BatchOptions, load_rows, run, targets
from tocsin.errors import TocsinError, counted
from tocsin.files import load_scenario
from tocsin.model import open_model
from tocsin.records import Scenario

SWEEPS = ROOT / "scenarios" / "iraq-syria-2024" / "sweeps"


@pytest.fixture(scope="session")
def tiny():
    return open_model(SMALL, draws=64)


def baseline(model):
    return Scenario(scenario="baseline", title="Baseline", model=model.name)


def answer(model, path, out, watch=None, base=None, ask="points", **settings):
    """A table answered, as `tocsin batch` does it."""
    source, fresh = load_rows(path, None, model)
    order = BatchOptions(path, source, out, targets(None, model), ask, **settings)
    return run(model, base or fresh, order, **({"watch": watch} if watch else {}))


def stopped(*arguments, after=1, **settings):
    """A run that is interrupted after some of its parts."""
    seen = []

    def watch(done):
        seen.append(done)
        if len(seen) == after:
            raise KeyboardInterrupt

    kept = f"{counted(after, 'finished part')} {'is' if after == 1 else 'are'} kept"
    with pytest.raises(TocsinError, match=f"interrupted; {kept} in .*parts.*--resume"):
        answer(*arguments, watch, **settings)


def written(model, folder, text):
    path = folder / "base.yaml"
    path.write_text(f"scenario: base\ntitle: Base\nmodel: {model.name}\n{text}", "utf-8")
    return load_scenario(path, model.records)
