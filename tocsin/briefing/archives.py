"""DOCX and PPTX as zip files of others: how much they hold is known before any of it is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

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
