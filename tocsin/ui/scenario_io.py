"""Scenarios as a file to take away, as the text of a link that reopens one, and as what a browser keeps of them."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tocsin.errors import BadInput, Problem, counted
from tocsin.files import load_scenarios, scenario_of
from tocsin.records import ModelRecords, Scenario
from tocsin.ui.shelf import Shelf, content_of, problems_of

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
    told = (f"[{kept.text},{str(kept.scenario.digest in shelf.in_files).lower()}]" for kept in reversed(shelf.kept))
    return f"[{','.join(told)}]"


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


def as_link(scenario: Scenario, model: ModelRecords) -> str:
    """Text for a query parameter: the scenario, pinned to the model's digest, packed."""
    return packed(scenario, model.digest)


def packed(scenario: Scenario, digest: str) -> str:
    """The same from the model's digest."""
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
