"""From a folder to a model that answers."""

from __future__ import annotations

from pathlib import Path

from tocsin import files
from tocsin.elicitation import UnknownWords, reading_in
from tocsin.errors import BadInput
from tocsin.files import yaml12
from tocsin.files.places import find_model
from tocsin.model import DRAWS, Model, build
from tocsin.records import ModelRecords


def open_model(folder: str | Path, draws: int = DRAWS, seed: int | None = None) -> Model:
    """Load and build the model in a folder; raises BadInput with file and line, TooLarge."""
    loaded = files.load_model(folder)
    check_words(Path(folder), loaded)
    return build(loaded, draws, seed)


def check_words(folder: Path, model: ModelRecords) -> None:
    """Raises BadInput with every judgement whose words neither a lexicon nor a hedge holds."""
    unread: dict[int, str] = {}
    for position, statement in enumerate(model.statements):
        if not statement.estimates or statement.read_as is not None or statement.words is None:
            continue
        try:
            reading_in(model, statement.words)
        except UnknownWords as error:
            unread[position] = str(error)
    if unread:
        document = yaml12.read(folder / "statements.yaml")
        raise BadInput(document.problem(("statements", place, "words"), told) for place, told in unread.items())


def model_of_scenario(path: Path) -> Path | None:
    """The folder of the model that a scenario or sweep file names, looked for beside the file first.

    None where the file names none that could be one, which is told when the file is read. Raises BadInput.
    """
    document = yaml12.read(path)
    name = document.value.get("model")
    if not isinstance(name, str) or Path(name).name != name:
        return None
    try:
        return find_model(name, beside=path)
    except BadInput as error:
        raise BadInput(document.problem(("model",), problem.message) for problem in error.problems) from None
