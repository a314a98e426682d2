"""The pictures in a briefing's file as digests, so that an exchanged one is found; Markdown has none."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from tocsin.briefing.reading import DRAWING, SLIDE, pdf_reader, xml

EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_TEXT = re.compile(r"BT|ET|T[dDmcwzLfrsjJ*]|['\"]|B[DM]C|EMC|MP|DP")
"""Operators of a PDF page that write text or mark it; all others draw."""


def drawn(content: bytes, form: str) -> dict[str, str]:
    """Per picture, by its place, a digest; of PDF per page one of all that is drawn and is no text."""
    match form:
        case "pdf":
            return dict(_pdf(content))
        case "docx":
            return dict(_docx(content))
        case "pptx":
            return dict(_pptx(content))
        case "html":
            return dict(_html(content.decode()))
        case _:
            return {}


def _html(text: str) -> Iterator[tuple[str, str]]:
    """A style sheet can write and hide text, so that it counts as drawn."""
    for number, found in enumerate(_SVG.findall(text), start=1):
        yield f"picture {number}", _digest(found.encode())
    yield "the style sheet", _digest("".join(_STYLE.findall(text)).encode())


def _docx(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for number, digest in enumerate(_embedded(package, "word/document.xml"), start=1):
            yield f"picture {number}", digest


def _pptx(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for number in sorted(int(found[1]) for name in package.namelist() if (found := SLIDE.fullmatch(name))):
            for place, digest in enumerate(_embedded(package, f"ppt/slides/slide{number}.xml"), start=1):
                yield f"picture {place} of slide {number}", digest


def _embedded(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    """The pictures of a part in their order."""
    folder, file = posixpath.split(name)
    links = f"{folder}/_rels/{file}.rels"
    targets = (
        {one.get("Id"): one.get("Target", "") for one in xml(package, links)} if links in package.namelist() else {}
    )
    for blip in xml(package, name).iter(f"{DRAWING}blip"):
        target = targets.get(blip.get(EMBED), "")
        place = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        yield _digest(package.read(place)) if place in package.namelist() else "nothing"


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    from pypdf.generic import ContentStream

    document = pdf_reader(content)
    for number, page in enumerate(document.pages, start=1):
        told = hashlib.sha256()
        for operands, operator in ContentStream(page["/Contents"].get_object(), document).operations:
            if not _TEXT.fullmatch(operator.decode("latin-1")):
                told.update(f"{' '.join(map(_rounded, operands))} {operator!r}\n".encode())
        for name, entry in sorted((page["/Resources"].get("/XObject") or {}).items()):
            told.update(name.encode() + entry.get_object().get_data())
        yield f"what is drawn on page {number}", told.hexdigest()


def _rounded(operand: Any) -> str:
    """Programs that save a PDF anew may write its numbers with other digits."""
    try:
        return f"{float(operand):.2f}"
    except (TypeError, ValueError):
        return str(operand)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
