"""What all sessions share: models, their scenarios, and answers already given. All of it is frozen."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from tocsin import assessment, files
from tocsin.analysis import contributions, indicators, sensitivity
from tocsin.analysis.case import Case, as_it_stands, lay_out
from tocsin.analysis.contributions import Differences
from tocsin.analysis.sensitivity import TwoWay, strengths, two_way
from tocsin.analysis.tension import Reconciled, reconcile
from tocsin.assessment import Assessment
from tocsin.errors import BadInput
from tocsin.files import places, yaml12
from tocsin.language import outcomes
from tocsin.ledger.chain import Ledger, read
from tocsin.model import Model, open_model
from tocsin.records import Scenario
from tocsin.records.scenario import baseline
from tocsin.render.html import Html
from tocsin.ui import network_panel

if TYPE_CHECKING:
    from tocsin.analysis.explain import Explanation


def _stamps(path: Path) -> tuple[str, tuple[tuple[str, int], ...]]:
    """A file, or the YAML files of a folder, with the times of change: what tells that they are not what they were."""
    paths = path.glob("*.yaml") if path.is_dir() else [path] if path.exists() else []
    return str(path), tuple(sorted((file.name, file.stat().st_mtime_ns) for file in paths))


BY_CONTENT: dict[str | type[Any], Callable[[Any], Any]] = {
    Model: lambda model: model.records.digest,
    Scenario: lambda scenario: scenario.digest,
    type(Path()): _stamps,
}
"""How Streamlit tells two arguments apart: models and scenarios by their digests, files by their times of change."""


def model_folders() -> list[Path]:
    """The folders of all models of the nearest place that has any; the example's where there is no other.

    The one that the app was started with stands first, wherever it lies; it hides another of its name.
    """
    near, first = places.near_models(), os.environ.get(places.FIRST_MODEL)
    return [Path(first), *(folder for folder in near if folder.name != Path(first).name)] if first else near


def folder_of(model: Model) -> Path:
    """The folder in which a model of this name lies, by which its scenarios are found."""
    folders = model_folders()
    own = next((folder for folder in folders if folder.name == model.name), None)
    return own or next((folder.parent for folder in folders), Path("models")) / model.name


def titles(folders: Mapping[str, Path]) -> dict[str, str]:
    """What each model calls itself, by the name of its folder, which is added where two call themselves the same."""
    found = {name: title_in(folder / "model.yaml") or name for name, folder in folders.items()}
    several = {title for title, count in Counter(found.values()).items() if count > 1}
    return {name: f"{title} ({name})" if title in several else title for name, title in found.items()}


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_CONTENT)
def title_in(path: Path) -> str | None:
    """The title in a YAML file; None where it has none or cannot be read, which is told once the file is opened."""
    try:
        content = yaml12.read(path).value
    except (BadInput, OSError):
        return None
    return str(content["title"]) if isinstance(content, dict) and content.get("title") else None


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=BY_CONTENT)
def load_model(folder: Path) -> Model:
    """The model in a folder, built once and again when its files change. Raises BadInput."""
    return open_model(folder)


def ledger(model: Model) -> Ledger | None:
    """The model's sealed forecasts; None where there are none. Raises BadInput."""
    return _ledger(places.ledger_file(folder_of(model)))


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=BY_CONTENT)
def _ledger(path: Path) -> Ledger | None:
    found = read(path)
    return found if found.seals else None


def presets(model: Model) -> tuple[Scenario, ...]:
    """The model's scenarios, one without anything set first; files with problems are left out."""
    return _presets(model, tuple(places.scenario_files(folder_of(model)).values()))


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=BY_CONTENT)
def _presets(model: Model, paths: tuple[Path, ...]) -> tuple[Scenario, ...]:
    found = []
    for path in paths:
        try:
            found.append(files.load_scenario(path, model.records))
        except BadInput:
            # `tocsin check` tells what is wrong with it; the others must still open.
            continue
    found.sort(key=lambda scenario: scenario.title.casefold())
    empty = next((scenario for scenario in found if _is_empty(scenario)), None)
    first = empty or baseline(model.name)
    return (first, *(scenario for scenario in found if scenario is not empty))


def _is_empty(scenario: Scenario) -> bool:
    plain = Scenario(scenario="x", title="x", model=scenario.model)
    parts = ("evidence", "forced", "statements", "lexicon", "interval")
    return all(getattr(scenario, part) == getattr(plain, part) for part in parts)


@st.cache_resource(show_spinner=False, max_entries=512, hash_funcs=BY_CONTENT)
def answer(model: Model, scenario: Scenario) -> Assessment:
    """The answer to a scenario. Raises ImpossibleEvidence, Contradiction."""
    return assessment.assess(model, scenario)


def _case(model: Model, scenario: Scenario, outcome: str | None = None) -> Case:
    """A scenario laid out with the answer that the page has already."""
    return lay_out(model, scenario, outcome, answer(model, as_it_stands(scenario)))


@st.cache_resource(show_spinner="Working out why …", max_entries=32, hash_funcs=BY_CONTENT)
def explained(model: Model, scenario: Scenario) -> Explanation:
    """Why the outcomes are what they are. Raises ImpossibleEvidence, Contradiction."""
    from tocsin.analysis.explain import explain

    # All outcomes at once take half as long again as one, and then another outcome is there at once.
    return explain(model, scenario)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_CONTENT)
def crossed(model: Model, scenario: Scenario, first: str, second: str) -> TwoWay:
    """The outcomes over two numbers. Raises BadQuery."""
    return two_way(_case(model, scenario), first, second)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_CONTENT)
def differences(model: Model, first: Scenario, second: Scenario) -> Differences:
    """What leads from one scenario's answers to another's. Raises ImpossibleEvidence, Contradiction."""
    return contributions.differences(model, first, second)


@st.cache_resource(show_spinner="Weighing …", max_entries=32, hash_funcs=BY_CONTENT)
def reconciled(model: Model, scenario: Scenario) -> Reconciled:
    """The answer weighed by the judgements that set no number."""
    return reconcile(_case(model, scenario))


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=BY_CONTENT)
def arcs(model: Model) -> dict[tuple[str, str], float]:
    """How strong each arc is at the baseline, the strongest 1."""
    found = strengths(lay_out(model, baseline(model.name)))
    most = max((strength.mean for strength in found), default=0.0) or 1.0
    return {(strength.parent, strength.child): strength.mean / most for strength in found}


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=BY_CONTENT)
def network(model: Model) -> Html:
    """The drawing of the network without an answer's figures."""
    return network_panel.drawing(model, arcs(model))


@st.cache_resource(show_spinner=False)
def spare_collector(modules: int) -> bool:
    """After the first page, and after each that loaded more: keep what is loaded for good out of garbage collection.

    modules: how many are loaded. Streamlit collects all garbage after every run of the script, which takes 100 ms over
    libraries and models, and as long again over those of the page Batch; no thread runs meanwhile, so that it holds up
    every reader's next movement of a slider.
    """
    gc.collect()
    gc.freeze()
    return True


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=BY_CONTENT)
def telling(model: Model, scenario: Scenario, outcome: str) -> dict[str, float]:
    """The bits that each open variable would tell about an outcome. Raises ImpossibleEvidence, Contradiction."""
    return indicators.telling(_case(model, scenario, outcome), outcome)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=BY_CONTENT)
def main_cause(model: Model, scenario: Scenario, outcome: str) -> str:
    """What moved an outcome most, as the end of a sentence. Raises ImpossibleEvidence, Contradiction."""
    case = _case(model, scenario, outcome)
    return outcomes.main_cause(case, contributions.contributions(case)[outcome])


def response(
    model: Model, scenario: Scenario, variable: str, beliefs: tuple[tuple[float, ...], ...], outcome: str
) -> tuple[float, ...]:
    """An outcome's probability for each of several beliefs about a variable. Raises Contradiction."""
    # Streamlit takes a millisecond to tell nested tuples apart, and none for bytes.
    return _response(model, scenario, variable, np.array(beliefs, dtype=np.float64).tobytes(), len(beliefs), outcome)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_CONTENT)
def _response(
    model: Model, scenario: Scenario, variable: str, beliefs: bytes, count: int, outcome: str
) -> tuple[float, ...]:
    rows = np.frombuffer(beliefs).reshape(count, -1)
    return tuple(map(float, sensitivity.response(model, scenario, variable, rows, outcome)))
