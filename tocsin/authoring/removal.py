"""What names a thing in a model, its scenarios, sweeps and choices, before it goes; and what goes with who spoke."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tocsin.authoring.changes import MODEL, STATEMENTS, Change, Contents, Edit, Kind, Remove, apply, value_at
from tocsin.authoring.edits import contents_of
from tocsin.authoring.references import Use, means, uses
from tocsin.authoring.states import as_list
from tocsin.files.yaml12 import Place


def named_by(folder: Path, kind: Kind, name: str, of: str = "", beside: Sequence[Path] = ()) -> list[tuple[str, Use]]:
    """Every place at which something else names this thing, with the file: what breaks if the thing goes.

    beside: scenarios, sweeps and choices that are looked through too, which are named by their paths, the model's two
    by name. `tocsin.language.references.described` puts it into words.
    """
    asked: str = kind
    if kind == "number":
        asked, name = "shared", name.removeprefix("shared.")
    return [
        (file, use)
        for file, content in contents_of(folder, beside=beside).items()
        for document in (content if isinstance(content, list) else [content])
        for use in uses(document)
        if means(use, asked, name, of) and not _itself(use, asked, name, of)
    ]


def _itself(use: Use, kind: str, name: str, of: str) -> bool:
    """Whether the place is a part of the thing: its own key and table, a state's own label."""
    if kind == "state":
        return use.own and use.place[:2] == ("variables", of) and "table" not in use.place
    return use.own or (kind == "variable" and use.place[:2] == ("variables", name))


def removal(folder: Path, kind: Kind, name: str) -> tuple[Edit, ...]:
    """The edits that take out a statement, speaker, source or origin with all that names it in the model's files.

    With a speaker or source all that it said goes. A number stays without the statement that set it, or that its
    reference cites, and a later statement without the one that it supersedes; a judgement that qualifies no other
    statement any more goes, and a statement without any left.
    Raises BadInput where there is no such thing.
    """
    pruning = _Pruning(Path(folder))
    pruning.remove(kind, name)
    return tuple(pruning.edits)


class _Pruning:
    """Edits that follow from one another, each applied before the next is thought of."""

    def __init__(self, folder: Path):
        self.folder, self.edits = folder, list[Edit]()
        self.contents: Contents = contents_of(folder)

    def statements(self) -> list[dict[str, Any]]:
        return [entry for entry in self.contents[STATEMENTS].get("statements") or [] if isinstance(entry, dict)]

    def do(self, change: Edit) -> None:
        apply(self.contents, change, self.folder)
        self.edits.append(change)

    def remove(self, kind: Kind, name: str) -> None:
        theirs = [entry["id"] for entry in self.statements() if entry.get(kind) == name]
        match kind:
            case "statement":
                self.silence(name)
            case "speaker" | "source":
                for statement in theirs:
                    # One that qualifies another of them has gone with it.
                    if any(entry.get("id") == statement for entry in self.statements()):
                        self.remove("statement", statement)
                for key in ("cooke_weights", "track_records"):
                    pooling = self.contents[MODEL].get("pooling") or {}
                    if kind == "speaker" and name in (weights := pooling.get(key) or {}):
                        rest = {speaker: weight for speaker, weight in weights.items() if speaker != name}
                        self.do(Change("model", "", {"pooling": {**pooling, key: rest}}))
            case "origin":
                for statement in theirs:
                    self.do(Change("statement", statement, {"origin": None}))
        self.do(Remove(kind, name))

    def silence(self, name: str) -> None:
        """No number and no other statement names a statement any more."""
        places = [use.place for use in uses(self.contents[MODEL]) if means(use, "statement", name)]
        for place in dict.fromkeys(place[:-1] if isinstance(place[-1], int) else place for place in places):
            self.unname(place, name)
        for entry in self.statements():
            if entry.get("supersedes") == name:
                self.do(Change("statement", entry["id"], {"supersedes": None}))
            kept, judges = [], [judged for judged in as_list(entry.get("judges")) if isinstance(judged, dict)]
            for judgement in judges:
                qualified = as_list(judgement.get("qualifies"))
                rest = [other for other in qualified if other != name]
                if rest or not qualified:
                    kept.append({**judgement, "qualifies": rest} if rest != qualified else judgement)
            if kept and kept != judges:
                self.do(Change("statement", entry["id"], {"judges": kept[0] if len(kept) == 1 else kept}))
            elif not kept and judges:
                self.remove("statement", entry["id"])

    def unname(self, place: Place, name: str) -> None:
        """Take a statement out of a list of a number: of those that set it, or that its reference cites."""
        names = [other for other in as_list(value_at(self.contents[MODEL], place)) if other != name]
        if place[-1] == "statements":
            self.do(Change("number", _number_key(place[:-1]), {"statements": names or None}))
            return
        reference: dict[str, Any] = {**value_at(self.contents[MODEL], place[:-1]), "cites": names}
        if not names:
            del reference["cites"]
        self.do(Change("number", _number_key(place[:-2]), {str(place[-2]): reference}))


def _number_key(place: Place) -> str:
    return f"shared.{place[1]}" if place[0] == "shared" else ".".join(map(str, (place[1], *place[3:])))
