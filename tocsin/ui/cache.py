"""What all sessions share: models, their scenarios, and answers already given. All of it is frozen."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import streamlit as st

from tocsin import assessment, files
from tocsin.analysis.case import lay_out
from tocsin.analysis.contributions import Differences
from tocsin.analysis.contributions import differences as between
from tocsin.analysis.explain import Explanation, explain
from tocsin.analysis.reconcile import Reconciled, reconcile
from tocsin.analysis.strength import strengths
from tocsin.analysis.tornado import TwoWay, two_way
from tocsin.assessment import Assessment
from tocsin.errors import BadInput
from tocsin.files import places, yaml12
from tocsin.loading import open_model
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.records.scenario import baseline


def model_folders() -> list[Path]:
    """The folders of all models of the nearest place that has any; the example's where there is no other."""
    return places.near_models()


def folder_of(model: Model) -> Path:
    """The folder in which a model of this name lies, by which its scenarios are found."""
    return next((folder.parent for folder in model_folders()), Path("models")) / model.name


def titles(folders: Mapping[str, Path]) -> dict[str, str]:
    """What each model calls itself, by the name of its folder, which is added where two call themselves the same."""
    found = {name: title_in(folder / "model.yaml") or name for name, folder in folders.items()}
    several = {title for title, count in Counter(found.values()).items() if count > 1}
    return {name: f"{title} ({name})" if title in several else title for name, title in found.items()}


def title_in(path: Path) -> str | None:
    """The title in a YAML file; None where it has none or cannot be read, which is told once the file is opened."""
    return _title_in(str(path), _stamps([path])) if path.is_file() else None


@st.cache_resource(show_spinner=False, max_entries=64)
def _title_in(path: str, stamps: tuple[tuple[str, int], ...]) -> str | None:
    try:
        content = yaml12.read(Path(path)).value
    except (BadInput, OSError):
        return None
    return str(content["title"]) if isinstance(content, dict) and content.get("title") else None


def opened(folder: Path) -> Model:
    """The model in a folder, built once and again when its files change. Raises BadInput."""
    return _opened(str(folder), _stamps(folder.glob("*.yaml")))


@st.cache_resource(show_spinner=False, max_entries=8)
def _opened(folder: str, stamps: tuple[tuple[str, int], ...]) -> Model:
    return open_model(folder)


def presets(model: Model) -> tuple[Scenario, ...]:
    """The model's scenarios, one without anything set first; files with problems are left out."""
    paths = tuple(places.scenario_files(folder_of(model)).values())
    return _presets(model, model.records.digest, paths, _stamps(paths))


@st.cache_resource(show_spinner=False, max_entries=8)
def _presets(
    _model: Model, digest: str, paths: tuple[Path, ...], stamps: tuple[tuple[str, int], ...]
) -> tuple[Scenario, ...]:
    found = []
    for path in paths:
        try:
            found.append(files.load_scenario(path, _model.records))
        except BadInput:
            # `tocsin check` tells what is wrong with it; the others must still open.
            continue
    found.sort(key=lambda scenario: scenario.title.casefold())
    empty = next((scenario for scenario in found if _is_empty(scenario)), None)
    first = empty or baseline(_model.name)
    return (first, *(scenario for scenario in found if scenario is not empty))


def _is_empty(scenario: Scenario) -> bool:
    plain = Scenario(scenario="x", title="x", model=scenario.model)
    parts = ("evidence", "forced", "statements", "lexicon", "interval")
    return all(getattr(scenario, part) == getattr(plain, part) for part in parts)


def answer(model: Model, scenario: Scenario) -> Assessment:
    """The answer to a scenario. Raises ImpossibleEvidence, Contradiction."""
    return _answer(model, scenario, model.records.digest, scenario.digest)


@st.cache_resource(show_spinner=False, max_entries=512)
def _answer(_model: Model, _scenario: Scenario, model_digest: str, scenario_digest: str) -> Assessment:
    return assessment.assess(_model, _scenario)


def explained(model: Model, scenario: Scenario) -> Explanation:
    """Why the outcomes are what they are. Raises ImpossibleEvidence, Contradiction."""
    return _explained(model, scenario, model.records.digest, scenario.digest)


@st.cache_resource(show_spinner="Working out why …", max_entries=32)
def _explained(_model: Model, _scenario: Scenario, model_digest: str, scenario_digest: str) -> Explanation:
    # All outcomes at once take half as long again as one, and then another outcome is there at once.
    return explain(_model, _scenario)


def crossed(model: Model, scenario: Scenario, first: str, second: str) -> TwoWay:
    """The outcomes over two numbers. Raises BadQuery."""
    return _crossed(model, scenario, model.records.digest, scenario.digest, first, second)


@st.cache_resource(show_spinner=False, max_entries=64)
def _crossed(
    _model: Model, _scenario: Scenario, model_digest: str, scenario_digest: str, first: str, second: str
) -> TwoWay:
    return two_way(lay_out(_model, _scenario), first, second)


def differences(model: Model, first: Scenario, second: Scenario) -> Differences:
    """What leads from one scenario's answers to another's. Raises ImpossibleEvidence, Contradiction."""
    return _differences(model, first, second, model.records.digest, first.digest, second.digest)


@st.cache_resource(show_spinner=False, max_entries=64)
def _differences(
    _model: Model, _first: Scenario, _second: Scenario, model_digest: str, first_digest: str, second_digest: str
) -> Differences:
    return between(_model, _first, _second)


def reconciled(model: Model, scenario: Scenario) -> Reconciled:
    """The answer weighed by the judgements that set no number."""
    return _reconciled(model, scenario, model.records.digest, scenario.digest)


@st.cache_resource(show_spinner="Weighing …", max_entries=32)
def _reconciled(_model: Model, _scenario: Scenario, model_digest: str, scenario_digest: str) -> Reconciled:
    return reconcile(lay_out(_model, _scenario))


def arcs(model: Model) -> dict[tuple[str, str], float]:
    """How strong each arc is at the baseline, the strongest 1."""
    return _arcs(model, model.records.digest)


@st.cache_resource(show_spinner=False, max_entries=8)
def _arcs(_model: Model, digest: str) -> dict[tuple[str, str], float]:
    found = strengths(lay_out(_model, baseline(_model.name)))
    most = max((one.mean for one in found), default=0.0) or 1.0
    return {(one.parent, one.child): one.mean / most for one in found}


@st.cache_resource(show_spinner=False)
def spare_collector() -> bool:
    """Once per process, after the first page: keep what is loaded for good out of garbage collection.

    Streamlit collects all garbage after every run of the script, which takes 100 ms over libraries and models, and
    holds up the answer to the next movement of a slider.
    """
    gc.collect()
    gc.freeze()
    return True


def _stamps(paths: Iterable[Path]) -> tuple[tuple[str, int], ...]:
    """Names and times of change: what tells that files are not what they were."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in paths))
