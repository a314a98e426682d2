"""Briefings and templates, written well and then spoilt: verified, said not to hold, or refused in a message.

A file holds only where it is what was written: to the last byte, or of a package to the last part.
"""

from __future__ import annotations

import io
import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from docx import Document
from pptx import Presentation

from benchmarks.fuzzing import SMALL, require_said
from tocsin.analysis.explain import explain
from tocsin.errors import TocsinError
from tocsin.model import open_model
from tocsin.records import Scenario
from tocsin.render.files import FORMATS, check_template, render
from tocsin.report.blocks import Briefing
from tocsin.report.compose import compose
from tocsin.verify import is_same, verify

WORDS = (
    "", "0", "-1", "1e999", "NaN", "null", "true", "[]", "{}", '"', "'", "<", ">", "&", "&amp;", "&#0;", "<!--", "-->",
    "]]>", "\0", "\r", "\u202e", "\ufeff", "𝄞", "\ud800", "storm", "late", "small", "../..", "…",
    "<!DOCTYPE a [<!ENTITY x 'y'>]>", "9" * 400, "x" * 5000, '"draws": 3', "[" * 3000, "29 %", "unlikely", "1024",
)  # fmt: skip
NAMES = ("[Content_Types].xml", "word/document.xml", "ppt/presentation.xml", "../evil", "/etc/x", "", "a" * 300, "é/x")


@lru_cache(maxsize=1)
def _briefing() -> Briefing:
    scenario = Scenario(scenario="baseline", title="Baseline", model="small")
    return compose(explain(open_model(SMALL, draws=64), scenario))


@lru_cache(maxsize=len(FORMATS))
def _written(form: str) -> bytes:
    return render(_briefing(), form)


def text(random: Random, content: bytes) -> bytes:
    """Words replaced, put in, said again or taken out."""
    parts = re.findall(r"\s+|[\w.+-]+|.", content.decode("utf-8", "surrogateescape"), re.DOTALL)
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(len(parts) + 1)
        match random.randrange(4):
            case 0:
                parts[at : at + 1] = [random.choice(WORDS)]
            case 1:
                parts.insert(at, random.choice(WORDS))
            case 2:
                parts[at : at + random.choice((1, 3, 40))] = []
            case _:
                parts[at:at] = parts[at : at + random.choice((1, 20, 200))]
    return "".join(parts).encode("utf-8", "surrogatepass" if random.random() < 0.1 else "replace")


def octets(random: Random, content: bytes) -> bytes:
    """Bytes changed, put in, taken out or said again; the end cut off, or something after it."""
    spoilt = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8))):
        at = random.randrange(len(spoilt) + 1)
        match random.randrange(6):
            case 0 | 1 if at < len(spoilt):
                spoilt[at] = random.randrange(256)
            case 2:
                spoilt[at:at] = random.randbytes(random.choice((1, 4, 100)))
            case 3:
                del spoilt[at : at + random.choice((1, 4, 1000))]
            case 4:
                spoilt[at:at] = spoilt[at : at + random.choice((4, 100, 5000))]
            case _ if random.random() < 0.3:
                del spoilt[at:]
            case _:
                spoilt += random.choice((b"\0", b"PK\5\6", b"%%EOF", b"\n", random.randbytes(30)))
    return bytes(spoilt)


def package(random: Random, content: bytes) -> bytes:
    """The parts of a package spoilt, left out, renamed, doubled, blown up or put in another order."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(parts))
        name, inner = parts[at]
        match random.randrange(7):
            case 0 | 1:
                parts[at] = (name, text(random, inner) if random.random() < 0.8 else octets(random, inner))
            case 2 if len(parts) > 1:
                del parts[at]
            case 3:
                parts[at] = (random.choice((*NAMES, name + "x")), inner)
            case 4:
                parts.insert(random.randrange(len(parts) + 1), (name, random.choice((inner, b"", text(random, inner)))))
            case 5:
                random.shuffle(parts)
            case _:
                parts.append((f"x{random.randrange(9)}.xml", b"\0" * random.choice((10, 10**6, 3 * 10**7))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))) as new:
        for name, inner in parts:
            with warnings.catch_warnings():
                # Names that stand twice are meant.
                warnings.simplefilter("ignore")
                new.writestr(zipfile.ZipInfo(name or "x"), inner)
    return out.getvalue()


def streams(random: Random, content: bytes) -> bytes:
    """What is packed in one stream of a PDF spoilt, and packed again; its place in the file is another then."""
    found = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL))
    one = random.choice(found)
    try:
        inner = zlib.compress(text(random, zlib.decompress(one[1])))
    except zlib.error:
        return octets(random, content)
    return content[: one.start(1)] + inner + content[one.end(1) :]


def _spoilt(random: Random, content: bytes) -> bytes:
    if content.startswith(b"PK"):
        return random.choice((octets, package, package))(random, content)
    if content.startswith(b"%PDF"):
        return random.choice((octets, streams))(random, content)
    return random.choice((octets, text, text))(random, content)


def _pinned(content: bytes) -> bytes:
    """Without the versions of libraries that have no part in the format: those a record may have as it likes."""
    return content if content.startswith(b"PK") else re.sub(rb'"libraries":\{[^{}]*\}', b"", content)


def check(form: str, random: Random) -> None:
    """Spoil one briefing and verify it."""
    content = _spoilt(random, _written(form))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"b.{form}"
        path.write_bytes(content)
        try:
            found = verify(path, SMALL)
        except TocsinError as error:
            require_said(error)
            return
    if found.holds:
        assert is_same(_pinned(content), _pinned(_written(form)), form), "a spoilt file holds"


@lru_cache(maxsize=2)
def _house(form: str) -> bytes:
    out = io.BytesIO()
    (Document() if form == "docx" else Presentation()).save(out)
    return out.getvalue()


def write(form: str, random: Random) -> None:
    """Spoil one template and write a briefing in its styles, which then can be opened."""
    content = _spoilt(random, _house(form))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"house.{form}"
        path.write_bytes(content)
        try:
            check_template(path, (form,))
            made = render(_briefing(), form, path)
        except TocsinError as error:
            require_said(error)
            return
    (Document if form == "docx" else Presentation)(io.BytesIO(made))


KINDS: dict[str, Callable[[Random], None]] = {
    **{f"verify-{form}": partial(check, form) for form in FORMATS},
    **{f"template-{form}": partial(write, form) for form in ("docx", "pptx")},
}
COUNTS = dict.fromkeys(KINDS, 60)
"""Each input is a briefing written anew."""
