"""What DOCX and PPTX share: zip files without clocks, the run record as a part of its own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tocsin.briefing import archives
from tocsin.briefing.content import Briefing
from tocsin.briefing.record import NAMESPACE
from tocsin.errors import BadInput, Problem

RECORD = "/customXml/tocsin.xml"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file can name."""

_PAGE_NUMBER = re.compile(r"(?i:page|of|[\W\d_])*")
_OF_TEMPLATE = re.compile(rb"(wordprocessingml|presentationml)\.template\.main\+xml")


def opened_template(template: Path, opening: Callable[[io.BytesIO], Any], kind: str) -> Any:
    """What a library makes of a template. Raises OSError; BadInput where that is nothing. kind: `DOCX document`."""
    try:
        return opening(_as_document(template))
    except OSError:
        raise
    except archives.Oversized as error:
        raise BadInput([Problem(str(template), 0, 0, "", f"is too much for a template: {error}")]) from error
    except Exception as error:
        # The libraries have no error of their own for what is not theirs: KeyError, ValueError, BadZipFile, …
        problem = Problem(str(template), 0, 0, "", f"is no {kind} that can be used as a template")
        raise BadInput([problem]) from error


def _as_document(template: Path) -> io.BytesIO:
    """A document or a template of Office; the two differ in one content type alone, and the libraries read documents.

    Raises OSError, Oversized; BadZipFile for what is no package.
    """
    out = io.BytesIO()
    with archives.opened(template.read_bytes()) as old, zipfile.ZipFile(out, "w") as new:
        for name, content in archives.parts(old):
            if name == "[Content_Types].xml":
                content = _OF_TEMPLATE.sub(_document_type, content)
            new.writestr(name, content)
    out.seek(0)
    return out


def _document_type(found: re.Match[bytes]) -> bytes:
    kinds = {b"wordprocessingml": b"document", b"presentationml": b"presentation"}
    return found[1] + b"." + kinds[found[1]] + b".main+xml"


def spoken(text: str) -> str:
    """What a head or foot says; empty for a page number.

    >>> spoken("Ministry of  Defence"), spoken("Page 1 of 3"), spoken("‹#›")
    ('Ministry of Defence', '', '')
    """
    return "" if _PAGE_NUMBER.fullmatch(text) else " ".join(text.split())


def own_words(texts: Iterable[str]) -> str:
    """What a template's heads and feet say, each text once, page numbers left out."""
    return " ".join(dict.fromkeys(filter(None, map(spoken, texts))))


def stamp_properties(properties: Any, briefing: Briefing) -> None:
    """Document properties without clocks."""
    day = datetime(briefing.as_of.year, briefing.as_of.month, briefing.as_of.day)
    properties.title = briefing.title[:255]
    properties.subject = briefing.about[:255]
    properties.keywords = briefing.marking
    properties.author = properties.last_modified_by = briefing.author
    properties.comments = ""
    properties.language = "en"
    properties.revision = 1
    properties.created = properties.modified = properties.last_printed = day


def attach_record(part: Any, briefing: Briefing) -> None:
    """The run record as a custom XML part, which Word and PowerPoint keep when they save."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    _drop_record(part.rels)
    part.relate_to(Part(PackURI(RECORD), "application/xml", _record(briefing), part.package), CUSTOM)


def attach_record_to_slides(part: Any, briefing: Briefing) -> None:
    """The same for PowerPoint, whose library has classes of its own."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    _drop_record(part.rels)
    part.relate_to(Part(PackURI(RECORD), "application/xml", part.package, _record(briefing)), CUSTOM)


def carries_record(part: Any) -> bool:
    """Whether a template is a briefing of ours; a program that saved it may have given the record another name."""
    return any(
        not relation.is_external and NAMESPACE.encode() in relation.target_part.blob
        for relation in part.rels.values()
        if relation.reltype == CUSTOM
    )


def _drop_record(relations: Any) -> None:
    """A template may be an earlier briefing, whose record is not this one's."""
    for name, relation in list(relations.items()):
        if not relation.is_external and relation.target_part.partname == RECORD:
            relations.pop(name)


def without_clocks(content: bytes) -> bytes:
    """The same zip file with fixed stamps and its members in one order, the table of contents first."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            new.writestr(member, old.read(name))
    return out.getvalue()


def _record(briefing: Briefing) -> bytes:
    record = escape(briefing.record.as_json())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<record xmlns="{NAMESPACE}">{record}</record>'.encode()
