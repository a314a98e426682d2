"""Who may do what with which model: the one place that decides it, and the log of what was done.

Where the server was told of no file (`tocsin app --access FILE`, or TOCSIN_ACCESS), everybody may do everything, and no
log is kept. Else nothing is allowed that the file does not allow. The file is read again when it changes; as long as it
cannot be read, nobody comes in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from tocsin import files
from tocsin.errors import BadInput, nearest
from tocsin.files import yaml12
from tocsin.files.places import ACCESS
from tocsin.files.saving import alone
from tocsin.records.access import Access, People, Right

MODEL = "model"
"""Of the address and the session, where it names the folder of the model that the pages are about."""
Deed = Literal["export", "briefing", "edit", "seal", "resolve"]


@dataclass(frozen=True)
class Reader:
    """Who looks at the pages, by the claims of the identity token. since: of the login, in seconds since 1970."""

    name: str = ""
    groups: frozenset[str] = frozenset()
    since: float = 0.0


def rules() -> Access | None:
    """What the file says; None where there is none. Raises BadInput."""
    if not (path := os.environ.get(ACCESS)):
        return None
    try:
        return _read(path, Path(path).stat().st_mtime_ns)
    except OSError as error:
        raise BadInput.at(path, f"cannot be read: {error.strerror}") from None


@lru_cache(maxsize=1)
def _read(path: str, _changed: int) -> Access:
    return files.load_record(Path(path), Access)


def require_usable() -> None:
    """Raises BadInput before the server starts: with what is wrong with the file, or models in it that are not there.

    A name that is misspelt would leave its model to the rule for the others.
    """
    from tocsin.ui import cache

    if (access := rules()) is None:
        return
    path, known = Path(os.environ[ACCESS]), [folder.name for folder in cache.model_folders()]
    wrong: dict[tuple[str, ...], str] = {
        ("models", name): f"no model of this name here{nearest(name, known)}"
        for name in access.models
        if name not in known
    }
    if access.log is not None and not os.access((path.parent / access.log).parent, os.W_OK):
        wrong["log",] = "lies in a folder that is not there or cannot be written"
    document = yaml12.read(path)
    if problems := [document.problem(place, message) for place, message in wrong.items()]:
        raise BadInput(problems)


def reader() -> Reader:
    """Who runs the page."""
    access = rules()
    return Reader() if access is None else reader_of(access, st.user.to_dict())


def reader_of(access: Access, claims: Mapping[str, Any]) -> Reader:
    """Who the claims of an identity token are of; somebody without a name, who may do nothing, where none is sure."""
    name, groups = _claim(claims, access.user), _claim(claims, access.groups)
    if not claims.get("is_logged_in") or not isinstance(name, str):
        return Reader()
    if access.user == "email":
        # Else whoever writes another's address into a profile of his own would be taken for him.
        name = name.casefold() if claims.get("email_verified", True) in (True, "true") else ""
    several = [groups] if isinstance(groups, str) else groups if isinstance(groups, list | tuple) else ()
    since = claims.get("iat")
    known = frozenset(group for group in several if isinstance(group, str))
    return Reader(name, known, float(since) if isinstance(since, int | float) else 0.0)


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name, or by the names on the way to it."""
    if path in claims:
        return claims[path]
    held: Any = claims
    for key in path.split("."):
        held = held.get(key) if isinstance(held, Mapping) else None
    return held


def is_fresh(access: Access, who: Reader) -> bool:
    """Whether a login still counts."""
    return datetime.now(UTC).timestamp() - who.since <= access.login_hours * 3600


def may(who: Reader, right: Right, model: str) -> bool:
    """Whether somebody has a right on a model, by the name of its folder. Raises BadInput."""
    access = rules()
    if access is None:
        return True
    if not who.name or not is_fresh(access, who):
        return False
    held = access.models.get(model, access.others)
    enough = (held.see, held.edit, held.export) if right == "see" else (getattr(held, right),)
    return any(_is_among(who, people, access) for people in enough)


def _is_among(who: Reader, people: People, access: Access) -> bool:
    users = {user.casefold() for user in people.users} if access.user == "email" else set(people.users)
    return people.everybody or who.name in users or bool(who.groups & set(people.groups))


def allows(right: Right, model: str | None = None) -> bool:
    """Whether the reader of the page has a right on a model; on the one that the page is about if none is named."""
    return may(reader(), right, model if model is not None else st.session_state.get(MODEL, ""))


def log(deed: Deed, file: str, digests: Mapping[str, str], model: str | None = None) -> None:
    """Add a line to the log: who does what now, with which digests. Nothing where no log is kept.

    file: the name of what is taken away or changed. digests: by what they are of. model: its folder's name, if not of
    the model that the page is about. To be called before the deed. Raises BadInput where the line cannot be written, so
    that the deed is not done.
    """
    access = rules()
    if access is None or access.log is None:
        return
    path = Path(os.environ[ACCESS]).parent / access.log
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": reader().name,
        "did": deed,
        "model": model if model is not None else st.session_state.get(MODEL, ""),
        "file": file,
        "digests": dict(digests),
    }
    try:
        with alone(path.parent):
            _append(path, json.dumps(entry, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise BadInput.at(path.name, f"the log cannot be written: {error.strerror}; nothing was done") from None


def _append(path: Path, line: bytes) -> None:
    """Add a line, safe on the disk. Raises OSError."""
    # Never cut back nor written over, so that the system may keep the file from being changed in any other way.
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        rest = memoryview(b"\n" + line if torn else line)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
