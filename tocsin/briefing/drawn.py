"""The pictures in a briefing's file as digests, so that an exchanged one is found; Markdown has none."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from tocsin.briefing.office import DRAWING, links, slides, xml
from tocsin.briefing.reading import pdf_reader

EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_RECORD = re.compile(r'<meta name="tocsin-record" content="[^"]*">')
_TAG = re.compile(r"<[^>]*>")
"""Whatever a browser takes for a tag differs from what we write, unless it is the same to the letter."""
_TEXT = re.compile(r"BT|ET|T[dDmcwzLfsjJ*]|['\"]|B[DM]C|EMC|MP|DP")
"""Operators of a PDF page that write text or mark it; all others draw, also Tr, which can make text invisible."""
_PLACING = re.compile(r"T[dDmcwzLfs*]")
"""Those that say where text stands and how large it is."""


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
            return dict(_html(content.decode().replace("\r\n", "\n")))
        case _:
            return {}


def placed(content: bytes) -> dict[str, str]:
    """Per page of a PDF a digest of where its text stands, how large it is, and in which letters."""
    return dict(_texts(content))


def _html(text: str) -> Iterator[tuple[str, str]]:
    """A style sheet can write and hide text, and so can tags, so that both count as drawn."""
    for number, found in enumerate(_SVG.findall(text), start=1):
        yield f"picture {number}", _digest(found.encode())
    yield "the style sheet", _digest("".join(_STYLE.findall(text)).encode())
    rest = _RECORD.sub("<meta>", _STYLE.sub("<style>", _SVG.sub("<svg>", text)))
    tags = [" ".join(tag.split()) for tag in _TAG.findall(rest)]
    yield "the page's markup (tags, scripts, links, comments)", _digest("\n".join(tags).encode())


def _docx(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for number, digest in enumerate(_embedded(package, "word/document.xml"), start=1):
            yield f"picture {number}", digest


def _pptx(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for number, name in enumerate(slides(package), start=1):
            for place, digest in enumerate(_embedded(package, name), start=1):
                yield f"picture {place} of slide {number}", digest


def _embedded(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    """The pictures of a part in their order."""
    targets, names = links(package, name), package.namelist()
    for blip in xml(package, name).iter(f"{DRAWING}blip"):
        place = targets.get(blip.get(EMBED, ""), "")
        yield _digest(package.read(place)) if place in names else "nothing"


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    document = pdf_reader(content)
    for number, page in enumerate(document.pages, start=1):
        # What is cut off or turned is not seen as it was drawn.
        boxes = (*page.mediabox, *page.cropbox, page.rotation, page.get("/UserUnit", 1))
        told = hashlib.sha256(" ".join(map(_rounded, boxes)).encode())
        for operands, operator in _operations(page, document):
            if not _TEXT.fullmatch(operator):
                told.update(_line(operands, operator))
        for name, entry in sorted((_resources(page).get("/XObject") or {}).items()):
            told.update(name.encode() + entry.get_object().get_data())
        yield f"what is drawn on page {number}", told.hexdigest()


def _texts(content: bytes) -> Iterator[tuple[str, str]]:
    document = pdf_reader(content)
    for number, page in enumerate(document.pages, start=1):
        told = hashlib.sha256()
        for operands, operator in _operations(page, document):
            if _PLACING.fullmatch(operator):
                told.update(_line(operands, operator))
        yield f"where text stands on page {number}", told.hexdigest()


def _operations(page: Any, document: Any) -> Iterator[tuple[Any, str]]:
    from pypdf.generic import ContentStream

    if "/Contents" in page:
        for operands, operator in ContentStream(page["/Contents"].get_object(), document).operations:
            yield operands, operator.decode("latin-1")


def _resources(page: Any) -> Any:
    found = page.get("/Resources")
    return found.get_object() if found is not None else {}


def _line(operands: Any, operator: str) -> bytes:
    return f"{' '.join(map(_rounded, operands))} {operator}\n".encode()


def _rounded(operand: Any) -> str:
    """Programs that save a PDF anew may write its numbers with other digits."""
    try:
        return f"{float(operand):.2f}"
    except (TypeError, ValueError):
        return str(operand)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
