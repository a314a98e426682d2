"""DOCX and PPTX as zip files of others: how much they hold is known before any of it is unpacked."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tocsin.errors import BadInput, Problem
from tocsin.report.blocks import Briefing
from tocsin.report.record import NAMESPACE, BriefingRecord

MOST_PARTS = 4000
ROOM, TIMES = 16 * 2**20, 2
"""What all parts may come to: so many bytes more than so many times the size of the file."""
MOST_MARKS = 600_000
"""Tags and attributes in all parts of XML; each takes some hundred bytes once it is read."""
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_HEAD = struct.Struct("<6xH18xHH")
"""Of a member's head: flags, lengths of name and extra field."""
_ENTRY, _END = 46, 22
"""Bytes of the fixed parts of an entry in the directory, and of the directory's end."""
_HARMLESS = 0x080E
"""Flags that say how it was compressed, that names are UTF-8, and that sizes stand behind the content as well."""
_SIZES_BEHIND = 0x0008
_STAMPS = 64
"""Bytes of an extra field; other programs keep the time of a file in it."""


class Oversized(ValueError):
    """A package that would take too much memory; says of what it has too much."""


def opened(content: bytes) -> zipfile.ZipFile:
    """The package, once its directory was looked at. Raises Oversized, BadZipFile."""
    package = zipfile.ZipFile(io.BytesIO(content))
    members = package.infolist()
    if len(members) > MOST_PARTS:
        raise Oversized(f"it has {len(members):,} parts, and at most {MOST_PARTS:,} are read")
    unpacked, most = sum(one.file_size for one in members), ROOM + TIMES * len(content)
    if unpacked > most:
        raise Oversized(f"it unpacks to {unpacked / 2**20:,.0f} MB, and at most {most / 2**20:,.0f} MB are read")
    return package


def parts(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Name and unpacked bytes of each part. Raises Oversized, BadZipFile."""
    marks = 0
    for member in package.infolist():
        content = package.read(member)
        if content.lstrip(_BEFORE_XML).startswith(b"<"):
            marks += content.count(b"<") + content.count(b"=")
            if marks > MOST_MARKS:
                raise Oversized(f"it holds more than {MOST_MARKS:,} tags and attributes")
        yield member.filename, content


def is_whole(content: bytes, package: zipfile.ZipFile) -> bool:
    """Whether the file is its members, each once, and their directory, and nothing before, between or after them.

    PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16.
    """
    members = sorted(package.infolist(), key=lambda one: one.header_offset)
    starts = {0}
    for member in members:
        flags, name, extra = _HEAD.unpack_from(content, member.header_offset)
        odd = flags & ~_HARMLESS or max(extra, len(member.extra)) > _STAMPS or member.comment
        if odd or member.filename != member.orig_filename or member.header_offset not in starts:
            return False
        end = member.header_offset + _HEAD.size + name + extra + member.compress_size
        starts = {end + 12, end + 16} if flags & _SIZES_BEHIND else {end}
    directory = sum(_ENTRY + len(one.orig_filename.encode()) + len(one.extra) for one in members)
    once = len({one.filename for one in members}) == len(members)
    ends = package.start_dir in starts and package.start_dir + directory + _END == len(content)
    return once and ends and not package.comment


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
    except Oversized as error:
        raise BadInput.at(template, f"is too much for a template: {error}") from error
    except Exception as error:
        # The libraries have no error of their own for what is not theirs: KeyError, ValueError, BadZipFile, …
        problem = Problem(str(template), 0, 0, "", f"is no {kind} that can be used as a template")
        raise BadInput([problem]) from error


def _as_document(template: Path) -> io.BytesIO:
    """A document or a template of Office; the two differ in one content type alone, and the libraries read documents.

    Raises OSError, Oversized; BadZipFile for what is no package.
    """
    out = io.BytesIO()
    with opened(template.read_bytes()) as old, zipfile.ZipFile(out, "w") as new:
        for name, content in parts(old):
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

    >>> spoken("Ministry of  Works"), spoken("Page 1 of 3"), spoken("‹#›")
    ('Ministry of Works', '', '')
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
    if briefing.record is not None:
        part.relate_to(Part(PackURI(RECORD), "application/xml", _record(briefing.record), part.package), CUSTOM)


def attach_record_to_slides(part: Any, briefing: Briefing) -> None:
    """The same for PowerPoint, whose library has classes of its own."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    _drop_record(part.rels)
    if briefing.record is not None:
        part.relate_to(Part(PackURI(RECORD), "application/xml", part.package, _record(briefing.record)), CUSTOM)


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


def _record(record: BriefingRecord) -> bytes:
    content = escape(record.as_json())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<record xmlns="{NAMESPACE}">{content}</record>'.encode()
