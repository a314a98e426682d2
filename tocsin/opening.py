"""From a folder to a model that answers."""

from __future__ import annotations

from pathlib import Path

from tocsin import files
from tocsin.elicitation import UnknownWords, reading
from tocsin.errors import BadInput
from tocsin.files import yaml12
from tocsin.model import DRAWS, SEED, Model, build
from tocsin.records import Model as Records


def open_model(folder: str | Path, draws: int = DRAWS, seed: int = SEED) -> Model:
    """Load and build the model in a folder; raises BadInput with file and line, TooLarge."""
    loaded = files.load_model(folder)
    check_words(Path(folder), loaded)
    return build(loaded, draws, seed)


def check_words(folder: Path, model: Records) -> None:
    """Raises BadInput with every judgement whose words neither a lexicon nor a hedge holds."""
    unread: dict[int, str] = {}
    lexicon, survey = model.lexicons[model.file.lexicon], model.lexicons.get("survey")
    for position, statement in enumerate(model.statements):
        estimates = any(judgement.kind in ("probability", "qualifies") for judgement in statement.judges)
        if not estimates or statement.read_as is not None or statement.words is None:
            continue
        try:
            reading(statement.words, lexicon, model.file.hedges, survey)
        except UnknownWords as error:
            unread[position] = str(error)
    if unread:
        document = yaml12.read(folder / "statements.yaml")
        raise BadInput(document.problem(("statements", place, "words"), told) for place, told in unread.items())


def model_of_scenario(path: Path) -> Path | None:
    """The folder of the model that a scenario file names, looked for beside the file and in the working folder.

    `scenarios/<model>/x.yaml` and `models/<model>/` lie beside each other; None if there is no such folder.
    """
    name = yaml12.read(path).value.get("model")
    if not isinstance(name, str) or Path(name).name != name:
        return None
    roots = (Path(), *path.resolve().parents[:4])
    return next((root / "models" / name for root in roots if (root / "models" / name / "model.yaml").is_file()), None)
