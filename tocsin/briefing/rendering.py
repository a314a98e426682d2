"""From a briefing to files: one renderer per format, each imported when it is asked for; whole files or none."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tocsin.briefing.content import Briefing
from tocsin.errors import BadInput, Problem

FORMATS = ("pdf", "docx", "pptx", "html", "md")
TEMPLATED = ("docx", "pptx")
"""Formats that take an organisation's template."""


def render(briefing: Briefing, form: str, template: Path | None = None) -> bytes:
    """One file's bytes; a template serves the format of its own suffix. The same input gives the same bytes."""
    own = template if template is not None and template.suffix.lower() == f".{form}" else None
    match form:
        case "pdf":
            from tocsin.briefing.renderers import pdf

            return pdf.render(briefing)
        case "docx":
            from tocsin.briefing.renderers import word

            return word.render(briefing, own)
        case "pptx":
            from tocsin.briefing.renderers import slides

            return slides.render(briefing, own)
        case "html":
            from tocsin.briefing.renderers import web

            return web.render(briefing)
        case "md":
            from tocsin.briefing.renderers import markdown

            return markdown.render(briefing)
        case _:
            allowed = ", ".join(FORMATS)
            raise BadInput([Problem("--format", 0, 0, "", f"no format {form!r}; allowed: {allowed}")])


def check_template(template: Path | None, forms: Iterable[str]) -> None:
    """Raises BadInput before any work is done for a template that serves none of the formats or is not there."""
    if template is None:
        return
    usable = [form for form in forms if form in TEMPLATED]
    if template.suffix.removeprefix(".").lower() not in usable:
        wanted = " or ".join(f".{form}" for form in usable) or "a DOCX or PPTX briefing"
        raise BadInput([Problem(str(template), 0, 0, "", f"serves none of the formats; a template is for {wanted}")])
    if not template.is_file():
        raise BadInput([Problem(str(template), 0, 0, "", "there is no such template")])


def write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files under their names, each whole or not at all. Raises OSError, and then leaves none half-written."""
    folder.mkdir(parents=True, exist_ok=True)
    ready: dict[Path, Path] = {}
    try:
        for name, content in files.items():
            handle, place = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            ready[folder / name] = Path(place)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            # A temporary file is for its owner alone; a briefing is an ordinary file.
            Path(place).chmod(0o666 & ~_umask())
        for final, temporary in ready.items():
            temporary.replace(final)
    finally:
        for temporary in ready.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return list(ready)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
