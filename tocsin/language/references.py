"""Where a model, a scenario, a sweep or a choice names something, in words: what would break if the thing went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tocsin.authoring.references import Use
from tocsin.files.yaml12 import dotted
from tocsin.language.numbers import capital
from tocsin.language.parameters import question
from tocsin.records import ModelRecords
from tocsin.records.parameters import slots


def described(found: Iterable[tuple[str, Use]], records: ModelRecords) -> list[str]:
    """Each thing that names it once, in the order of the files, as `authoring.removal.named_by` finds them.

    `Sets the chance that the dam breaks`, `Statement S4 of Ann Lee: …`, `The scenario x.yaml`.
    """
    return list(dict.fromkeys(line for file, use in found for line in _described(Path(file), use, records)))


def _described(file: Path, use: Use, records: ModelRecords) -> Iterator[str]:
    match use.place:
        case _ if file.name not in ("model.yaml", "statements.yaml") or file.parent != Path():
            is_choice, is_sweep = file.parent.parent.name == "choices", file.parent.name == "sweeps"
            yield f"The {'choice' if is_choice else 'sweep' if is_sweep else 'scenario'} {file.name}"
        case ("statements", int(position), *_) if position < len(records.statements):
            statement = records.statements[position]
            yield f"Statement {statement.id} of {records.speakers[statement.speaker].name}: {statement.claim}"
        case ("outcomes", int(position), *_):
            yield f"The outcome “{records.file.outcomes[position].title}”"
        case ("tail_risks", str(variable)):
            yield f"The tail risk “{records.variables[variable].title}”"
        case ("shared" | "variables", str(), *_):
            yield _in_a_number(use, records)
        case _:
            yield f"{dotted(use.place)} in {file.name}"


def _in_a_number(use: Use, records: ModelRecords) -> str:
    """The number that a statement sets or informs; else the variable whose causes or table it is about."""
    for name in records.variables:
        for slot in slots(name, records.variables):
            for place in (slot.place, tuple(slot.number.split(".", 1))):
                if use.place[: len(place)] == place and len(use.place) > len(place):
                    verb = {"statements": "Sets", "shared": "Is"}.get(str(use.place[len(place)]), "Informs")
                    return f"{verb} {question(slot, records)}"
                if use.place == place:
                    return capital(question(slot, records))
    variable = records.variables[str(use.place[1])]
    if "parents" in use.place:
        return f"A cause of “{variable.title}”"
    return f"The numbers of “{variable.title}”"
