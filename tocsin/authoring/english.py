"""The words that the rules of drafting know, from `english.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tocsin.files import yaml12

_LISTS: dict[str, str] = yaml12.read(Path(__file__).with_suffix(".yaml")).value


def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_LISTS[name].split())


def verb_forms(name: str) -> frozenset[str]:
    """The verbs of a list in all their forms.

    >>> sorted(verb_forms("bare") & {"say", "says", "said", "saying", "noted", "sayed"})
    ['noted', 'said', 'say', 'saying', 'says']
    """
    return frozenset(form for verb in _LISTS[name].split() for form in _forms(*verb.split("/")))


def _forms(base: str, past: str = "") -> Iterator[str]:
    if base.endswith("y") and base[-2] not in "aeou":
        yield from (base, f"{base[:-1]}ies", f"{base[:-1]}ied", f"{base}ing")
        return
    # Doubled where the stress is on the end: admitted, recalled has two already.
    stem = base.removesuffix("e") + ("t" if base == "admit" else "")
    yield from (
        base,
        f"{base}es" if base.endswith(("s", "sh", "ch")) else f"{base}s",
        past or f"{stem}ed",
        f"{stem}ing",
    )
