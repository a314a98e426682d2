"""Scenarios of the reader's own: those that a session has kept, as files to take away and as the text of a link.

Nothing here knows Streamlit. Title and note are the scenario's own, so that they travel in its file and its link.
"""

from __future__ import annotations

import base64
import json
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tocsin.errors import BadInput, Problem, counted
from tocsin.files import load_scenarios, scenario_of
from tocsin.records import ModelRecords, Scenario
from tocsin.ui.evidence import meaning

LONGEST_TITLE = 3900
"""Letters of a title that leave room for what tells it from another."""


@dataclass(frozen=True)
class KeptScenario:
    """A scenario on the shelf. number: what it is known by, whatever it is called."""

    number: int
    scenario: Scenario

    @cached_property
    def text(self) -> str:
        """The scenario as JSON, worked out once however often the page is drawn."""
        return json.dumps(content_of(self.scenario), separators=(",", ":"), ensure_ascii=False)


@dataclass
class Shelf:
    """What is kept, the newest first; what was taken off last, and where it lay; what stands in a file already."""

    kept: list[KeptScenario] = field(default_factory=list)
    deleted: tuple[int, KeptScenario] | None = None
    refused: tuple[str, ...] = ()
    """Why files that were to be opened were not, line by line."""
    in_files: set[str] = field(default_factory=set)
    """Digests of scenarios that were downloaded or opened."""
    count: int = 0
    fresh: bool = True
    """Nothing was put on it yet, and a browser that kept one over a reload was not heard."""

    def put(self, scenario: Scenario, others: Iterable[Scenario] = ()) -> KeptScenario:
        """A scenario under its own name and title, or the one that is there if it is there already.

        others: scenarios from which it must be told apart too.
        """
        for kept in self.kept:
            if kept.scenario.digest == scenario.digest:
                return kept
        self.fresh = False
        self.count += 1
        # A preset that comes back from a file is still that preset.
        apart = [other for other in (*self.scenarios, *others) if other.digest != scenario.digest]
        kept = KeptScenario(self.count, told_apart(scenario, apart))
        self.kept.insert(0, kept)
        return kept

    def find(self, number: int) -> KeptScenario | None:
        """What is known by a number."""
        return next((kept for kept in self.kept if kept.number == number), None)

    def holds(self, scenario: Scenario) -> bool:
        """Whether a scenario that means the same is kept, whatever it is called."""
        return any(meaning(kept.scenario) == meaning(scenario) for kept in self.kept)

    def change(self, number: int, scenario: Scenario) -> KeptScenario | None:
        """Another scenario in the place of the one of this number."""
        changed = None
        for place, kept in enumerate(self.kept):
            if kept.number == number:
                changed = self.kept[place] = replace(kept, scenario=scenario)
        return changed

    def duplicate(self, number: int, others: Iterable[Scenario] = ()) -> KeptScenario | None:
        """A copy of its own above the one of this number."""
        kept = self.find(number)
        if kept is None:
            return None
        self.count += 1
        scenario = told_apart(kept.scenario, [*self.scenarios, *others])
        copy = KeptScenario(self.count, scenario)
        self.kept.insert(self.kept.index(kept), copy)
        return copy

    def delete(self, number: int) -> None:
        """Take it off; `put_back` undoes that."""
        kept = self.find(number)
        if kept is not None:
            self.deleted = self.kept.index(kept), kept
            self.kept.remove(kept)

    def put_back(self) -> None:
        """What was taken off last, where it lay."""
        if self.deleted is not None:
            place, kept = self.deleted
            self.kept.insert(place, kept)
            self.deleted = None

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """What is kept, the newest first."""
        return tuple(kept.scenario for kept in self.kept)

    @property
    def at_risk(self) -> bool:
        """Whether anything of it stands in no file."""
        return any(kept.scenario.digest not in self.in_files for kept in self.kept)


def content_of(scenario: Scenario) -> dict[str, Any]:
    """What a file says of the scenario; what is as usual, and what is expected of its answer, is left out."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"expected"})


def entitled(scenario: Scenario, title: str, note: str, model: ModelRecords, name: str | None = None) -> Scenario:
    """The scenario under another title and note, and under a name that is made of the title if none is given.

    Raises BadInput, in the words of files.
    """
    heading = {"title": title.strip(), "description": note.strip() or None, "scenario": name or name_of(title)}
    return scenario_of(content_of(scenario) | heading, model, "this page")


def name_of(title: str) -> str:
    """A name made of a title: its letters and digits in small, with hyphens between.

    >>> name_of("Unsaved, 14:32"), name_of("  …"), name_of("Żółw i 2 wilki")
    ('unsaved-14-32', 'scenario', 'żółw-i-2-wilki')
    """
    text = unicodedata.normalize("NFC", title.lower())
    letters = (c if unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd" else " " for c in text)
    words = "".join(letters).split()
    # An accent without its letter begins no name.
    while words and unicodedata.category(words[0][0])[0] == "M":
        words[0:1] = [words[0][1:]] if words[0][1:] else []
    return "-".join(words)[:60].rstrip("-") or "scenario"


def told_apart(scenario: Scenario, others: Sequence[Scenario], word: str = "copy") -> Scenario:
    """The scenario under a name and a title that none of the others has; word: what it is called where one is taken."""
    name = _free(scenario.scenario, {other.scenario for other in others}, f"-{word}", "", 60)
    title = _free(scenario.title, {other.title for other in others}, f", {word}", " ", LONGEST_TITLE)
    if (name, title) == (scenario.scenario, scenario.title):
        return scenario
    return scenario.model_copy(update={"scenario": name, "title": title})


def _free(text: str, taken: Collection[str], ending: str, space: str, most: int) -> str:
    """The text, where it is taken with an ending and a number; most: letters that leave room for these."""
    found, count = text, 1
    while found in taken:
        found = f"{text[:most]}{ending}{f'{space}{count}' if count > 1 else ''}"
        count += 1
    return found


def problems_of(error: BadInput) -> tuple[str, ...]:
    """What is wrong, a line each, with file and place."""
    return tuple(map(str, error.problems))


MOST = 200_000
"""Bytes that a link may hold once unpacked."""
MOST_STORED = 4_000_000
"""Letters of a shelf that a browser has kept."""
PINNED = 16
"""Letters of the model's digest in a link."""
DAMAGED = "its text is damaged or cut short; copy the whole address again, or ask for a new link"


def as_yaml(scenario: Scenario) -> bytes:
    """The scenario's file; what is as usual is left out."""
    return yaml.safe_dump(content_of(scenario), sort_keys=False, allow_unicode=True, width=110).encode()


def as_one_file(scenarios: Sequence[Scenario]) -> bytes:
    """Several scenarios, one document each: what the page opens again and `tocsin` reads."""
    name = scenarios[0].scenario
    about = (
        f"# {counted(len(scenarios), 'scenario')}, one document each. tocsin brief --compare FILE sets them side by\n"
        f"# side, tocsin brief FILE briefs each, and tocsin assess FILE#{name} answers one.\n"
    )
    return b"---\n".join((about.encode(), *map(as_yaml, scenarios)))


def from_yaml(content: bytes, name: str, model: ModelRecords) -> list[Scenario]:
    """The scenarios in an uploaded file, one or several. Raises BadInput with line and column of all problems."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_bytes(content)
        return load_scenarios(path, model, Path(name).name or "file.yaml")


def as_stored(shelf: Shelf) -> str:
    """The shelf as a browser keeps it over a reload: each scenario, and whether it stands in a file."""
    if not shelf.kept:
        return ""
    stored = (f"[{kept.text},{str(kept.scenario.digest in shelf.in_files).lower()}]" for kept in reversed(shelf.kept))
    return f"[{','.join(stored)}]"


def put_stored(text: str, shelf: Shelf, model: ModelRecords) -> None:
    """What a browser kept, on the shelf again; what the model no longer fits is told there."""
    shelf.fresh = False
    refused: list[str] = []
    try:
        content = [(dict(scenario), bool(in_file)) for scenario, in_file in json.loads(text[:MOST_STORED])]
    except (ValueError, TypeError, RecursionError):
        return
    for about, in_file in content:
        try:
            scenario = scenario_of(about, model, str(about.get("title", "scenario")))
        except BadInput as error:
            refused += problems_of(error)
            continue
        shelf.put(scenario)
        if in_file:
            shelf.in_files.add(scenario.digest)
    shelf.refused = tuple(refused)


def as_link(scenario: Scenario, digest: str) -> str:
    """Text for a query parameter: the scenario, pinned to the model's digest, packed."""
    content = {**content_of(scenario), "model_digest": digest[:PINNED]}
    short = zlib.compress(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    return base64.urlsafe_b64encode(short).decode().rstrip("=")


def from_link(text: str, model: ModelRecords) -> Scenario:
    """The scenario of a link. Raises BadInput, also where the model has changed since."""
    content = _unpacked(text)
    scenario_of(content, model, "link")
    content.pop("model_digest", None)
    return scenario_of(content, model, "link")


def model_of_link(text: str) -> str | None:
    """The name of the model that a link is about; None where it is broken."""
    try:
        name = _unpacked(text).get("model")
    except BadInput:
        return None
    return name if isinstance(name, str) else None


def _unpacked(text: str) -> dict[str, Any]:
    """What a link holds. Raises BadInput."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MOST)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError
        content = json.loads(plain)
        if not isinstance(content, dict):
            raise ValueError
    except (ValueError, zlib.error, RecursionError):
        raise BadInput([Problem("link", 0, 0, "", DAMAGED)]) from None
    return content
