"""`tocsin models`: which models there are."""

from __future__ import annotations

from tocsin.commands.question import command
from tocsin.errors import BadInput, Problem


@command()
def models() -> None:
    """List the models that --model takes by name.

    They lie under ./models, and under models in the folder that TOCSIN_HOME names.
    """
    from tocsin.files.places import all_models
    from tocsin.terminal import Table, to_output

    found = all_models()
    if not found:
        message = "holds no model; a model is a folder ./models/<name> with model.yaml in it"
        raise BadInput([Problem("./models", 0, 0, "", message)])
    table = Table(("name", "ranges"), ("title", "words"), ("as of", "ranges"), ("folder", "ranges"))
    for each in found:
        table.add_cells((each.folder.name, each.title or "(cannot be read)", each.as_of, str(each.folder)))
    table.print_to(to_output())
