"""DOCX and PPTX read as a reader sees them: paragraphs, slides in the order they are shown, the marks of lists."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree

from tocsin.briefing.record import NoRecord
from tocsin.briefing.text import Text

LARGEST = 64 * 2**20
"""Bytes of a member of a zip file, above which it is no briefing."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHOW = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RECORD = "{urn:tocsin:briefing-record}record"
_BESIDE_WORDS = re.compile(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_BESIDE_SLIDES = re.compile(r"ppt/(notesSlides|comments|slideLayouts|slideMasters)/[^/]+\.xml")
_EMPTY_NUMBERS = re.compile(r"[\d\s/·‹›#]*")
"""What is left of page numbers, which the program fills in."""
_PAGE = re.compile(r"\s*(PAGE|NUMPAGES|slidenum)\b.*", re.DOTALL)
"""Fields that hold the number of a page; the result of any other field is text like all text."""
_FIELD, _INSTRUCTION = f"{WORD}fldChar", f"{WORD}instrText"
_SPACES = frozenset(f"{space}{name}" for space in (WORD, DRAWING) for name in ("br", "cr", "tab"))
_SIGNS = frozenset((_FIELD, _INSTRUCTION, f"{WORD}sym", f"{WORD}noBreakHyphen")) | _SPACES
_PROPERTIES = frozenset((f"{WORD}pPr", f"{DRAWING}pPr", f"{WORD}p", f"{DRAWING}p"))
"""What stands in a paragraph and is none of its text; a paragraph within it is told by itself."""
_OFF = ("0", "false", "off")


def docx(content: bytes) -> Text:
    """A Word file."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = sorted(name for name in package.namelist() if _BESIDE_WORDS.fullmatch(name))
        beside = [line for name in names for line in _paragraphs(xml(package, name), WORD)]
        body = xml(package, "word/document.xml")
        record, template = _record(package)
        marks = frozenset(_marks(package, body))
        return Text(_paragraphs(body, WORD), record, _without_numbers(beside), template, (), marks)


def pptx(content: bytes) -> Text:
    """A PowerPoint file, its slides in the order in which they are shown."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        shown = [xml(package, name) for name in slides(package)]
        lines = [line for slide in shown for line in _paragraphs(slide, DRAWING)]
        names = sorted(name for name in package.namelist() if _BESIDE_SLIDES.fullmatch(name))
        beside = [line for name in names for line in _shown(xml(package, name))]
        record, template = _record(package)
        unseen = [told for number, slide in enumerate(shown, start=1) for told in _hidden(slide, number)]
        marks = frozenset(mark for slide in shown for mark in _bullets(slide))
        return Text(lines, record, _without_numbers(beside), template, unseen, marks)


def slides(package: zipfile.ZipFile) -> list[str]:
    """The parts that hold slides, as the presentation lists them; a part that it does not list is never shown."""
    name = "ppt/presentation.xml"
    targets = links(package, name)
    return [targets[one.get(f"{LINK}id", "")] for one in xml(package, name).iter(f"{SHOW}sldId")]


def links(package: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Per key the part that another part refers to."""
    folder, file = posixpath.split(name)
    place = f"{folder}/_rels/{file}.rels"
    if place not in package.namelist():
        return {}
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")
        for one in xml(package, place)
    }


def xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A part of a package. Raises NoRecord for what a briefing never holds."""
    if package.getinfo(name).file_size > LARGEST:
        raise NoRecord(f"{name} is too large for a briefing")
    text = package.read(name)
    if b"<!DOCTYPE" in text:
        raise NoRecord(f"{name} declares entities, which a briefing never does")
    return ElementTree.fromstring(text)


def _record(package: zipfile.ZipFile) -> tuple[str | None, str | None]:
    """The record among the custom XML parts, which a program may have renamed; and the template, if one was used."""
    for name in package.namelist():
        if name.startswith("customXml/") and name.endswith(".xml"):
            root = xml(package, name)
            if root.tag == RECORD:
                return root.text, root.get("template")
    return None, None


def _hidden(slide: ElementTree.Element, number: int) -> Iterator[str]:
    if slide.get("show") in _OFF:
        yield f"slide {number} is hidden"
    if any(one.get("hidden", "0") not in _OFF for one in slide.iter(f"{SHOW}cNvPr")):
        yield f"something on slide {number} is hidden"


def _shown(root: ElementTree.Element) -> list[str]:
    """Text of notes, comments, layouts; what waits in a layout's placeholders is never shown."""
    layout = root.tag.endswith(("sldLayout", "sldMaster"))
    shapes = list(root.iter(f"{SHOW}sp"))
    if not shapes:
        return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]
    kept = [one for one in shapes if not (layout and one.find(f".//{SHOW}ph") is not None)]
    return [line for shape in kept for line in _paragraphs(shape, DRAWING)]


def _without_numbers(lines: Iterable[str]) -> list[str]:
    return [line.rstrip(" /·") for line in lines if not _EMPTY_NUMBERS.fullmatch(line)]


def _paragraphs(root: ElementTree.Element, space: str) -> list[str]:
    """The text of each paragraph; the numbers of pages, which the program fills in, are left out."""
    return ["".join(_letters(paragraph)) for paragraph in root.iter(f"{space}p")]


def _letters(paragraph: ElementTree.Element) -> Iterator[str]:
    """Text; of a field its result, which Word and others keep between two signs after its instruction."""
    stage, instruction, result = "", "", ""
    for piece in _pieces(paragraph):
        if piece.tag == _FIELD:
            stage = piece.get(f"{WORD}fldCharType", "")
            if stage == "begin":
                instruction = result = ""
            elif stage == "end" and not _is_number(instruction, result):
                yield result
        elif piece.tag == _INSTRUCTION:
            instruction += piece.text or ""
        elif stage == "separate":
            result += _letter(piece)
        elif stage != "begin":
            yield _letter(piece)
    if stage == "separate":
        yield result


def _pieces(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """What has text or is a sign of a field, in order: also equations and symbols, but not what is hidden."""
    for child in element:
        if child.tag.endswith("}t") or child.tag in _SIGNS:
            yield child
        elif not (child.tag in _PROPERTIES or _is_vanished(child) or _is_page_field(child)):
            yield from _pieces(child)


def _letter(piece: ElementTree.Element) -> str:
    if piece.tag in _SPACES:
        return " "
    if piece.tag == f"{WORD}noBreakHyphen":
        return "-"
    if piece.tag == f"{WORD}sym":
        return chr(int(piece.get(f"{WORD}char", "25A1"), 16))
    return piece.text or ""


def _is_vanished(run: ElementTree.Element) -> bool:
    found = run.find(f"{WORD}rPr/{WORD}vanish")
    return found is not None and found.get(f"{WORD}val", "1") not in _OFF


def _is_page_field(element: ElementTree.Element) -> bool:
    if element.tag not in (f"{WORD}fldSimple", f"{DRAWING}fld"):
        return False
    return _is_number(element.get(f"{WORD}instr", element.get("type", "")), "".join(element.itertext()))


def _is_number(instruction: str, result: str) -> bool:
    """Whether a field is a page's number; one that says anything else was written by hand."""
    return _PAGE.fullmatch(instruction) is not None and _EMPTY_NUMBERS.fullmatch(result) is not None


def _bullets(slide: ElementTree.Element) -> Iterator[str]:
    for one in slide.iter(f"{DRAWING}buAutoNum"):
        yield f"{one.get('type')} from {one.get('startAt', '1')}"
    for one in slide.iter(f"{DRAWING}buChar"):
        if any(map(str.isalnum, one.get("char", ""))):
            yield one.get("char", "")


def _marks(package: zipfile.ZipFile, body: ElementTree.Element) -> Iterator[str]:
    """What Word puts before the entries of the lists in use, where it is more than a sign."""
    if "word/numbering.xml" not in package.namelist():
        return
    levels = dict(_levels(xml(package, "word/numbering.xml")))
    styles = {one.get(f"{WORD}styleId"): one for one in xml(package, "word/styles.xml").iter(f"{WORD}style")}
    for paragraph in body.iter(f"{WORD}p"):
        mark = levels.get(_list_of(paragraph.find(f"{WORD}pPr"), styles) or ("", ""), "")
        if any(map(str.isalnum, mark)):
            yield mark


def _list_of(
    properties: ElementTree.Element | None, styles: Mapping[str | None, ElementTree.Element]
) -> tuple[str, str] | None:
    """A paragraph's list and its level in it: its own, else that of its style, or of the style that one rests on."""
    level = _value(properties, "numPr/ilvl")
    style = styles.get(_value(properties, "pStyle"))
    number = _value(properties, "numPr/numId")
    for _ in styles:
        if number is not None or style is None:
            break
        number = _value(style, "pPr/numPr/numId")
        level = level or _value(style, "pPr/numPr/ilvl")
        style = styles.get(_value(style, "basedOn"))
    return None if number is None else (number, level or "0")


def _levels(numbering: ElementTree.Element) -> Iterator[tuple[tuple[str, str], str]]:
    """Per list and level the pattern of its mark, its kind and its first number."""
    kinds = {one.get(f"{WORD}abstractNumId"): one for one in numbering.iter(f"{WORD}abstractNum")}
    for one in numbering.iter(f"{WORD}num"):
        number, kind = one.get(f"{WORD}numId", ""), kinds.get(_value(one, "abstractNumId"))
        for level in kind.iter(f"{WORD}lvl") if kind is not None else ():
            yield (number, level.get(f"{WORD}ilvl", "")), _mark(level, None)
        for changed in one.iter(f"{WORD}lvlOverride"):
            place = number, changed.get(f"{WORD}ilvl", "")
            own = changed.find(f"{WORD}lvl")
            base = own if own is not None else _level(kind, place[1])
            if base is not None:
                yield place, _mark(base, _value(changed, "startOverride"))


def _level(kind: ElementTree.Element | None, number: str) -> ElementTree.Element | None:
    found = kind.iter(f"{WORD}lvl") if kind is not None else iter(())
    return next((level for level in found if level.get(f"{WORD}ilvl") == number), None)


def _mark(level: ElementTree.Element, start: str | None) -> str:
    pattern, kind = _value(level, "lvlText") or "", _value(level, "numFmt") or "decimal"
    return pattern if kind == "bullet" else f"{pattern} ({kind} from {start or _value(level, 'start') or '0'})"


def _value(element: ElementTree.Element | None, path: str) -> str | None:
    found = element.find("/".join(f"{WORD}{name}" for name in path.split("/"))) if element is not None else None
    return found.get(f"{WORD}val") if found is not None else None
