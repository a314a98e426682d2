"""`tocsin models`: which models there are."""

from __future__ import annotations

from tocsin.cli.question import command
from tocsin.errors import BadInput, Problem


@command()
def models() -> None:
    """List the models that --model takes by name.

    They lie under ./models, under models in the folder that TOCSIN_HOME names, and in Tocsin itself: the example.
    """
    from tocsin.console import TerminalTable, to_output
    from tocsin.files.places import all_models

    found = all_models()
    if not found:
        message = "holds no model; a model is a folder ./models/<name> with model.yaml in it"
        raise BadInput([Problem("./models", 0, 0, "", message)])
    table = TerminalTable(("name", "ranges"), ("title", "words"), ("as of", "ranges"), ("folder", "ranges"))
    for each in found:
        table.add_cells((each.folder.name, each.title or "(cannot be read)", each.as_of, str(each.folder)))
    table.print_to(to_output())
