"""A briefing's file taken back: its run record, and its words as a plain reading gives them.

Whoever sends a file may have put anything into it. What needs a library for a format is read by a program of its own,
with little time and memory (`plain_text.py`); the rest takes time in proportion to the file.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tocsin.errors import TocsinError, require
from tocsin.render import packages, plain_text
from tocsin.render.files import FORMATS
from tocsin.report.record import NAMESPACE, BriefingRecord, NoRecord, parsed

LARGEST = 64 * 2**20
"""Bytes of a file, above which it is no briefing."""
SECONDS = 2
"""That a reading may take."""
PATIENCE = 5
"""Times as long as that by the clock, for a machine that has other work."""
_META, _META_END = '<meta name="tocsin-record" content="', '"'


class UnreadableBriefing(TocsinError):
    """A file whose words cannot be read, or not within the time and memory given."""


def read(path: Path) -> BriefingRecord:
    """The run record in a briefing's file. Raises NoRecord, OSError."""
    return record_in(content_of(path), form_of(path), str(path))


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises NoRecord for more than a briefing has, OSError."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NoRecord(f"{path}: is larger than {LARGEST // 2**20} MB; a briefing is not")
    return content


def form_of(path: Path) -> str:
    """The format that a file's name claims."""
    return path.suffix.removeprefix(".").lower()


def record_in(content: bytes, form: str, place: str) -> BriefingRecord:
    """The same from bytes; place: how errors name it. Raises NoRecord."""
    if form not in FORMATS:
        raise NoRecord(f"{place}: no briefing is written as .{form}; known are {', '.join(FORMATS)}")
    if form == "pdf":
        require("Reading PDF", *plain_text.LIBRARIES[form])
    try:
        found = _record(content, form)
    except UnreadableBriefing as error:
        raise NoRecord(f"{place}: {error}") from error
    except packages.Oversized as error:
        raise NoRecord(f"{place}: is no briefing: {error}") from error
    except Exception as error:
        # A zip file and XML of others fail in many ways: BadZipFile, NotImplementedError, zlib.error, ParseError, …
        raise NoRecord(f"{place}: is no {form.upper()} file that can be read") from error
    if found is None:
        raise NoRecord(f"{place}: carries no run record; it was not written by tocsin brief, or lost it since")
    return parsed(found, place)


def words_of(content: bytes, form: str, seconds: float = SECONDS) -> list[str]:
    """What a plain reading finds in somebody's file. Raises Unreadable."""
    if form in ("docx", "pptx"):
        try:
            for _ in packages.parts(packages.opened(content)):
                pass
        except Exception as error:
            raise UnreadableBriefing(f"its parts cannot be unpacked: {error}") from error
    lines: list[str] = _read_apart(content, form, "words", seconds)
    return lines


def _between(text: str, start: str, end: str) -> str | None:
    """What stands between the last of one sign and the next of another."""
    place = text.rfind(start)
    stop = text.find(end, place + len(start)) if place >= 0 else -1
    return text[place + len(start) : stop] if stop >= 0 else None


def _record(content: bytes, form: str) -> str | None:
    match form:
        case "md":
            return _between(content.decode(), plain_text.COMMENT, plain_text.COMMENT_END)
        case "html":
            found = _between(content.decode(), _META, _META_END)
            return None if found is None else unescape(found)
        case "pdf":
            attached: str | None = _read_apart(content, form, "record", SECONDS)
            return attached
    # Among the custom XML parts, which a program may have renamed.
    with packages.opened(content) as package:
        for name, part in packages.parts(package):
            if name.startswith("customXml/") and NAMESPACE.encode() in part:
                root = ElementTree.fromstring(part)
                if root.tag == f"{{{NAMESPACE}}}record":
                    return root.text
    return None


def _read_apart(content: bytes, form: str, what: str, seconds: float) -> Any:
    """What `plain_text.py` finds. Raises Unreadable."""
    # Without -P the folder of the program would come first where libraries are looked for.
    command = [sys.executable, "-P", str(Path(plain_text.__file__)), form, what, str(math.ceil(seconds))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE * seconds, check=True)
    except subprocess.TimeoutExpired:
        raise UnreadableBriefing(f"cannot be read as {form.upper()} within {seconds:.0f} seconds") from None
    except subprocess.CalledProcessError as error:
        within = f" within {seconds:.0f} seconds" if error.returncode < 0 else ""
        raise UnreadableBriefing(f"is no {form.upper()} file that can be read{within}") from None
    return json.loads(done.stdout)
