"""Workbooks of Excel that came from somebody else: looked through before anything of them is parsed, then opened.

How large one is once unpacked is known first, and whether its XML declares types or entities, which no workbook does.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from tocsin.errors import BadInput

SAVE_AS = "is no .xlsx workbook; open it in a spreadsheet program and save it as .xlsx, without a password"
MOST_UNPACKED, MOST_RATIO, ALWAYS = 2**30, 100, 2**24
"""Bytes of a whole workbook once unpacked, and how many there may be for each packed one, beyond the last number."""
MOST_BESIDE = 2**27
"""Bytes of all that is no sheet, such as the texts that sheets share: these are held in memory."""
_DECLARED, _FORMULA = re.compile(rb"<!(?:DOCTYPE|ENTITY)"), re.compile(rb"<(?:\w+:)?f[\s/>]")
_BLOCK, _OVERLAP = 2**20, 32


def write_text(sheet: Any, row: int, place: int, text: str, form: Any = None) -> None:
    """As text, whatever it begins with. What looks like the library's own marks of rich text is cut in pieces.

    row, place: from 0; form: how it looks.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, place, text[:1], text[1:2], text[2:], form)
    else:
        sheet.write_string(row, place, text, form)


def looked_through(path: Path) -> bool:
    """Whether any sheet has formulas. Raises BadInput for what is no workbook, or would be too large."""
    has_formulas = False
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            raise BadInput.at(path, SAVE_AS)
    with _unreadable(path), ZipFile(path) as archive:
        sizes = {info: info.file_size for info in archive.infolist()}
        total, packed = sum(sizes.values()), path.stat().st_size
        beside = sum(size for info, size in sizes.items() if not _is_sheet(info))
        if total > min(MOST_UNPACKED, max(ALWAYS, MOST_RATIO * packed)) or beside > MOST_BESIDE:
            raise BadInput.at(path, f"takes {total:,} bytes once unpacked, which is too many; save it as .csv")
        for info in sizes:
            has_formulas |= _part_has_formulas(archive, info, path)
    return has_formulas


def _part_has_formulas(archive: ZipFile, info: ZipInfo, path: Path) -> bool:
    """Whether a part of a workbook has formulas. Raises BadInput where it declares types or entities of its own."""
    if info.filename.startswith("xl/media/"):
        return False
    found, tail = False, b""
    with archive.open(info) as part:
        while block := part.read(_BLOCK):
            if not tail and (block[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in block[:4]):
                raise BadInput.at(path, f"{info.filename} in it is not UTF-8; {SAVE_AS}")
            text = tail + block
            if _DECLARED.search(text):
                raise BadInput.at(path, f"{info.filename} in it declares a document type, as no workbook does")
            found |= _is_sheet(info) and _FORMULA.search(text) is not None
            tail = text[-_OVERLAP:]
    return found


def _is_sheet(info: ZipInfo) -> bool:
    return info.filename.startswith("xl/worksheets/")


@contextmanager
def opened(path: Path, formulas: bool | None = None) -> Iterator[Any]:
    """The workbook with the values of its cells, or with their formulas; None where there are none to read."""
    if formulas is False:
        yield None
        return
    from openpyxl import load_workbook

    # openpyxl warns of what it leaves out of a workbook, such as rules for colours: of nothing that is read here.
    with _unreadable(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=formulas is None, keep_links=False)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _unreadable(path: Path) -> Iterator[None]:
    """Raises BadInput in place of all that zipfile and openpyxl raise for a file that is damaged."""
    try:
        yield
    except (BadInput, OSError, MemoryError):
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput.at(path, f"is no readable .xlsx workbook: {reason}") from None
