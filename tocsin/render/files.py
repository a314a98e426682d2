"""From a briefing to files: one renderer per format, each imported when it is asked for; all files or none."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from tocsin.errors import BadInput, Problem, TocsinError, require
from tocsin.report.blocks import Briefing
from tocsin.report.record import BriefingRecord, TemplateRecord

FORMATS = ("pdf", "docx", "pptx", "html", "md")
LIBRARIES = {"pdf": ("typst",), "docx": ("docx", "typst"), "pptx": ("pptx", "typst")}
"""Per format the modules that write it, charts included."""
TEMPLATES = {".docx": "docx", ".dotx": "docx", ".pptx": "pptx", ".potx": "pptx"}
"""Per suffix of an organisation's template the format that takes it."""
SHOWN = 80
"""Letters of a template's head in a message."""


def render(briefing: Briefing, form: str, template: Path | None = None) -> bytes:
    """One file's bytes; a template serves the format of its own suffix. The same input gives the same bytes."""
    own = template if template is not None and TEMPLATES.get(template.suffix.lower()) == form else None
    if briefing.record is not None:
        briefing = replace(briefing, record=_with_template(briefing.record, own))
    require(form.upper(), *LIBRARIES.get(form, ()))
    match form:
        case "pdf":
            from tocsin.render import pdf

            return pdf.render(briefing)
        case "docx":
            from tocsin.render import docx

            return _in_style(docx.render, briefing, own)
        case "pptx":
            from tocsin.render import pptx

            return _in_style(pptx.render, briefing, own)
        case "html":
            from tocsin.render import html

            return html.render(briefing)
        case "md":
            from tocsin.render import markdown

            return markdown.render(briefing)
        case _:
            allowed = ", ".join(FORMATS)
            raise BadInput.at("--format", f"no format {form!r}; allowed: {allowed}")


def _in_style(write: Callable[[Briefing, Path | None], bytes], briefing: Briefing, template: Path | None) -> bytes:
    """What a renderer writes. Raises BadInput for a template that it fails over, OSError."""
    if template is None:
        return write(briefing, None)
    try:
        return write(briefing, template)
    except (TocsinError, OSError):
        raise
    except Exception as error:
        # The libraries look into a template bit by bit and fail over it in many ways; where they fail over the briefing
        # too, the fault is not the template's.
        write(briefing, None)
        problem = Problem(str(template), 0, 0, "", "is damaged or incomplete, and cannot be used as a template")
        raise BadInput([problem]) from error


def _with_template(record: BriefingRecord, template: Path | None) -> BriefingRecord:
    """The record with what pins the template; the same file keeps the name that the record has. Raises OSError."""
    if template is None:
        return record.model_copy(update={"template": None})
    digest = hashlib.sha256(template.read_bytes()).hexdigest()
    if record.template is not None and record.template.sha256 == digest:
        return record
    return record.model_copy(update={"template": TemplateRecord(name=template.name, sha256=digest)})


def check_template(template: Path | None, forms: Iterable[str]) -> None:
    """Raises BadInput before any work is done for a template that serves none of the formats or is not there."""
    if template is None:
        return
    usable = [suffix for suffix, form in TEMPLATES.items() if form in (*forms,)]
    if template.suffix.lower() not in usable:
        wanted = " or ".join(usable) or "a DOCX or PPTX briefing"
        raise BadInput.at(template, f"serves none of the formats; a template is for {wanted}")
    if not template.is_file():
        raise BadInput.at(template, "there is no such template")


def require_one_marking(briefing: Briefing, template: Path | None) -> None:
    """Raises BadInput where a template has heads or feet of its own, which a marking would stand beside; OSError."""
    if template is None or not briefing.marking:
        return
    match TEMPLATES.get(template.suffix.lower()):
        case "docx":
            from tocsin.render import docx

            own = docx.own_heads(template)
        case "pptx":
            from tocsin.render import pptx

            own = pptx.own_heads(template)
        case _:
            own = ""
    if own:
        shown = own if len(own) <= SHOWN else f"{own[:SHOWN]}…"
        told = f"has “{shown}” on every page, and the marking “{briefing.marking}” would stand beside it; leave one of"
        raise BadInput.at(template, f"{told} the two out")


def write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files under their names, all of them or none: where one fails, the others are as they were before.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready: dict[Path, Path] = {}
    try:
        for name, content in files.items():
            ready[folder / name] = _beside(folder / name, content)
        _swap(ready)
    finally:
        for temporary in ready.values():
            _forget(temporary)
    return list(ready)


def _beside(final: Path, content: bytes) -> Path:
    """The content in a file of its own beside the place where it belongs, safe on the disk."""
    handle, place = tempfile.mkstemp(prefix=f".{final.name}.", dir=final.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is for its owner alone; a briefing is an ordinary file.
        Path(place).chmod(0o666 & ~_umask())
    except BaseException:
        _forget(Path(place))
        raise
    return Path(place)


def _swap(ready: Mapping[Path, Path]) -> None:
    """Put new files in their places; what was there is kept until all are, and put back where one fails."""
    kept: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for final in ready:
            if final.is_file():
                kept[final] = _kept(final)
        for final, temporary in ready.items():
            temporary.replace(final)
            placed.append(final)
    except BaseException:
        for final in placed:
            if final in kept:
                kept.pop(final).replace(final)
            else:
                _forget(final)
        raise
    finally:
        for old in kept.values():
            _forget(old)


def _kept(final: Path) -> Path:
    """A second name of a file: its content stays when the first name is given to another one."""
    handle, place = tempfile.mkstemp(prefix=f".{final.name}.old.", dir=final.parent)
    os.close(handle)
    kept = Path(place)
    kept.unlink()
    try:
        kept.hardlink_to(final)
    except OSError:
        # File systems without links, such as FAT: the content once more.
        try:
            kept.write_bytes(final.read_bytes())
        except BaseException:
            _forget(kept)
            raise
    return kept


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
