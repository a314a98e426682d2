"""A scenario as a file to take away, and as the text of a link that reopens it."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tocsin.errors import BadInput, Problem
from tocsin.files import load_scenario, scenario_of
from tocsin.records import ModelRecords, Scenario

MOST = 200_000
"""Bytes that a link may hold once unpacked."""
PINNED = 16
"""Letters of the model's digest in a link."""
DAMAGED = "its text is damaged or cut short; copy the whole address again, or ask for a new link"


def as_yaml(scenario: Scenario) -> bytes:
    """The scenario's file; what is as usual is left out."""
    return yaml.safe_dump(_content(scenario), sort_keys=False, allow_unicode=True, width=110).encode()


def from_yaml(content: bytes, name: str, model: ModelRecords) -> Scenario:
    """The scenario in an uploaded file. Raises BadInput with line and column."""
    file = Path(name).name or "file.yaml"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_bytes(content)
        try:
            return load_scenario(path, model)
        except BadInput as error:
            raise BadInput(replace(problem, file=file) for problem in error.problems) from None


def as_link(scenario: Scenario, model: ModelRecords) -> str:
    """Text for a query parameter: the scenario, pinned to the model's digest, packed."""
    return packed(scenario, model.digest)


def packed(scenario: Scenario, digest: str) -> str:
    """The same from the model's digest."""
    content = {**_content(scenario), "model_digest": digest[:PINNED]}
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


def _content(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"expected"})
