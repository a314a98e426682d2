"""Where a model and its scenarios lie: one order of looking, for every command, file and session.

A model is named by its folder or by its name. A name is looked for beside the file that names it, in the working
folder, in the folder that TOCSIN_HOME names, and in the example that comes with the program; each of them holds
`models/<name>/` and `scenarios/<name>/`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import BadInput, nearest_name
from tocsin.files import OF_SEVERAL, models_under, scenario_document, yaml12

_PACKAGE = Path(__file__).resolve().parents[1]
EXAMPLE = next((root for root in (_PACKAGE / "example", _PACKAGE.parent) if (root / "models").is_dir()), None)
"""The folder with the example in it: a part of the installed package, the project's own folder in a clone."""
FIRST_MODEL = "TOCSIN_MODEL"
"""Of the environment: the folder of the model that the app shows first."""
ACCESS = "TOCSIN_ACCESS"
"""Of the environment: the file that says who may do what in the app, for a team."""
BESIDE = 4
"""So many folders above a file are looked into: `scenarios/<model>/sweeps/x.yaml` lies three below `models`."""


@dataclass(frozen=True)
class Heading:
    """What a model says of itself, read without its numbers."""

    folder: Path
    model: str
    title: str
    as_of: str

    def __str__(self) -> str:
        more = "; ".join(filter(None, (self.title, "an example" if is_example(self.folder) else "")))
        return f"{self.folder.name} ({more})" if more else self.folder.name


def heading(folder: Path) -> Heading:
    """The heading of the model in a folder; where it cannot be read, only the folder's name."""
    try:
        content = yaml12.read(folder / "model.yaml").value
    except BadInput:
        content = {}
    return Heading(folder, *(str(content.get(key, "")) for key in ("model", "title", "as_of")))


def locate(name: str | Path, beside: Path | None = None) -> list[Path]:
    """The folders of this name that there are, such as `models` or `scenarios/ferry`, the nearest first.

    beside: the file that names it. One folder that is reached by two paths stands once, by its shorter path.
    """
    near = [] if beside is None else beside.resolve().parents[:BESIDE]
    home = os.environ.get("TOCSIN_HOME")
    roots = [*near, Path(), *([Path(home)] if home else []), *([EXAMPLE] if EXAMPLE is not None else [])]
    return _distinct(root / name for root in roots)


def _distinct(folders: Iterable[Path]) -> list[Path]:
    found: dict[Path, Path] = {}
    for folder in filter(_is_folder, folders):
        place = folder.resolve()
        found[place] = min(found.get(place, folder), folder, key=lambda path: len(str(path)))
    return list(found.values())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # No folder has such a name: it is too long.
        return False


def is_example(folder: Path) -> bool:
    """Whether a folder lies in the example, and was found in no nearer place."""
    return EXAMPLE is not None and folder.is_relative_to(EXAMPLE)


def all_models(beside: Path | None = None) -> list[Heading]:
    """Every model that has a name here; of two with one name the nearer."""
    folders: dict[str, Path] = {}
    for place in locate("models", beside):
        for folder in models_under(place):
            folders.setdefault(folder.name, folder)
    return [heading(folders[name]) for name in sorted(folders)]


def near_models() -> list[Path]:
    """The folders of the models that need no name if there is but one: those of the first place that has any."""
    return next(filter(None, map(models_under, locate("models"))), [])


def find_model(named: str | Path, beside: Path | None = None) -> Path:
    """The folder of a model, from its path or its name; raises BadInput with the models that there are."""
    path = Path(named)
    if path.name == "model.yaml" and path.is_file():
        return path.parent
    # `.` and `..` are paths, as is what has a folder in it; what is wrong with one, `load_model` says.
    if _holds_model(path) or path.name != str(path) or not path.name:
        return path
    for folder in locate(Path("models") / path, beside):
        if _holds_model(folder):
            return folder
    known = all_models(beside)
    if own := [found.folder for found in known if found.model == str(path)]:
        return own[0]
    names = [found.folder.name for found in known]
    listed = ", ".join(map(str, known)) or "none"
    raise BadInput.at("--model", f"no model {str(path)!r}{_meant(str(path), names)} {listed}")


def model_of_scenario(path: Path) -> Path | None:
    """The folder of the model that a scenario or sweep file names, looked for beside the file first.

    None where the file names none that could be one, which is told when the file is read. Raises BadInput.
    """
    return _model_of(scenario_document(path), path)


def model_of_file(path: Path) -> Path | None:
    """As `model_of_scenario`, of a file of another kind. Raises BadInput."""
    return _model_of(yaml12.read(path), path)


def _model_of(document: yaml12.Document, path: Path) -> Path | None:
    name = document.value.get("model")
    if not isinstance(name, str) or Path(name).name != name:
        return None
    try:
        return find_model(name, beside=path)
    except BadInput as error:
        raise BadInput(document.problem(("model",), problem.message) for problem in error.problems) from None


def _holds_model(folder: Path) -> bool:
    return _is_folder(folder) and (folder / "model.yaml").is_file()


def only_model() -> Path:
    """The folder of the only model; raises BadInput where there are none or several."""
    found = near_models()
    if not found:
        raise BadInput.at("./models", "holds no model; name one with --model, by its folder")
    if len(found) > 1:
        listed = ", ".join(str(heading(folder)) for folder in found)
        place = found[0].parent if found[0].is_absolute() else f"./{found[0].parent}"
        message = f"holds {len(found)} models; name one with --model: {listed}"
        raise BadInput.at(place, message)
    return found[0]


def is_yaml(path: Path) -> bool:
    """Whether a file is called as one of YAML is, in capitals or not; a scenario of its several too (`x.yaml#calm`)."""
    return path.suffix.lower().partition(OF_SEVERAL)[0] in (".yaml", ".yml")


def scenario_folders(folder: Path) -> list[Path]:
    """The folders of a model's scenarios that there are: beside the model, then as for models.

    Those of the example belong to the example alone, and not to another model of its name.
    """
    return beside_model("scenarios", folder)


def beside_model(kind: str, folder: Path) -> list[Path]:
    """As `scenario_folders`, of another kind of folder, such as `choices`."""
    return _named_folders(kind, folder.resolve().name, folder) or _named_folders(kind, heading(folder).model, folder)


def _named_folders(kind: str, name: str, folder: Path) -> list[Path]:
    if not name:
        return []
    here = Path(kind) / name
    places = [place for place in locate(here) if not is_example(place)]
    return _distinct([folder.resolve().parent.parent / here, *places])


def scenario_files(folder: Path) -> dict[str, Path]:
    """The files of a model's scenarios by the scenario's name; of two of one name the nearer."""
    return files_beside("scenarios", folder)


def files_beside(kind: str, folder: Path, pattern: str = "*.yaml") -> dict[str, Path]:
    """As `scenario_files`, of another kind of folder."""
    places = beside_model(kind, folder)
    return {path.stem: path for place in reversed(places) for path in sorted(place.glob(pattern))}


def ledger_file(folder: Path) -> Path:
    """Where the sealed forecasts of the model in a folder stand, or will: beside the model, else as for scenarios."""
    name, root = f"{folder.resolve().name}.jsonl", folder.resolve().parent.parent
    beside = Path(os.path.relpath(root) if Path.cwd().is_relative_to(root) else root) / "ledger" / name
    places = [place / name for place in locate("ledger") if not is_example(place)]
    return next((path for path in (beside, *places) if path.exists()), beside)


def sweep_files(folder: Path) -> dict[str, Path]:
    """The files of a model's sweeps by the sweep's name; of two of one name the nearer."""
    return files_beside("scenarios", folder, "sweeps/*.yaml")


def find_scenario(name: str, folders: Sequence[Path]) -> tuple[Path, Path]:
    """The model's folder and the file of the scenario of this name, in any of the models in these folders.

    Raises BadInput with the nearest name and all names, also where more than one model has it.
    """
    return find_file("scenario", name, {folder: scenario_files(folder) for folder in folders})


def find_file(kind: str, name: str, held: Mapping[Path, Mapping[str, Path]]) -> tuple[Path, Path]:
    """As `find_scenario`, of another kind; held: by the models' folders, their files of this kind by name."""
    place = kind.upper()
    found = [(folder, files[name]) for folder, files in held.items() if name in files]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(str(heading(folder)) for folder, _ in found)
        raise BadInput.at(place, f"{name!r} is a {kind} of {len(found)} models; name one with --model: {listed}")
    names = sorted({known for files in held.values() for known in files})
    first = next(iter(held))
    of = str(heading(first)) if len(held) == 1 else f"any of the {len(held)} models"
    if not names:
        where = f"{kind}s/{first.resolve().name}/{name}.yaml"
        raise BadInput.at(place, f"no {kind} {name!r}: there is no {where}, and no other {kind} of {of}")
    raise BadInput.at(place, f"no {kind} {name!r} of {of}{_meant(name, names)} {', '.join(names)}")


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest_name(name, known)
    return f"; did you mean {near!r}? There are" if near else "; there are"
