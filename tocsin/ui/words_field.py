"""The field for estimative words: completed from all that the model reads, with the band drawn as one types."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from tocsin.elicitation import UnknownWords, reading_in
from tocsin.elicitation.lexicon import Reading, sources
from tocsin.errors import nearest_name
from tocsin.records import ModelRecords

MOST = 120
"""Letters of quoted words, as in files."""
_HTML = f"""
<div class="words-field">
  <label for="words-input"><span></span></label>
  <input id="words-input" type="text" role="combobox" aria-autocomplete="list" aria-expanded="false"
    aria-controls="words-list" aria-describedby="words-told" autocomplete="off" spellcheck="false" maxlength="{MOST}">
  <ul id="words-list" role="listbox" aria-label="Words that are read" hidden></ul>
  <div class="words-band" aria-hidden="true"><i hidden></i></div>
  <div class="words-ends" aria-hidden="true"><span>0 %</span><span>50 %</span><span>100 %</span></div>
  <p class="words-told" id="words-told" role="status"></p>
</div>
"""
_component = st.components.v2.component(
    "tocsin.words", html=_HTML, js=Path(__file__).with_name("words.js").read_text("utf-8"), isolate_styles=False
)

_listener = st.components.v2.component(
    "tocsin.heard", html="<span hidden></span>", js=Path(__file__).with_name("heard.js").read_text("utf-8"),
    isolate_styles=False,
)  # fmt: skip


def words_field(label: str, key: str, words: str, records: ModelRecords, read_otherwise: bool) -> str:
    """What stands in the field.

    key: a new one for each statement; words: what it begins with. read_otherwise: the analyst gives the range.
    """
    now = _newest(key, words)
    _component(
        key=key,
        data={
            "label": label,
            "words": now,
            "round": key,
            "known": known(records),
            "read": read(now, records, read_otherwise),
        },
        on_words_change=_nothing,
    )
    return now.strip()


def words_heard(key: str, records: ModelRecords, read_otherwise: bool) -> str:
    """In a fragment that is drawn anew while one types: what stands in the field of this key now."""
    now = _newest(key, "")
    _listener(
        key=f"{key}-heard",
        data={"round": key, "read": read(now, records, read_otherwise)},
        on_words_change=_nothing,
    )
    return now.strip()


def _newest(key: str, words: str) -> str:
    """What was typed last: heard while one typed, or sent with the whole page; Streamlit forgets both with the page."""
    kept: dict[str, str] = st.session_state.setdefault(f"{key}-kept", {"now": words})
    for name in (f"{key}-heard", key):
        held = st.session_state.get(name)
        typed = held.get("words") if isinstance(held, Mapping) else None
        if typed is not None and typed != kept.get(name):
            kept[name] = kept["now"] = str(typed)
    return kept["now"]


def _nothing() -> None:
    """What was typed is read by the run itself."""


def known(records: ModelRecords) -> list[tuple[str, float, float, str]]:
    """All words that a list holds, each with its band and the list, the model's own lexicon first."""
    found: dict[str, tuple[str, float, float, str]] = {}
    lexicon = records.lexicons[records.file.lexicon]
    for name, held in sources(lexicon, records.file.hedges, records.lexicons.get("survey")):
        for word, (low, high) in held.items():
            found.setdefault(word, (word, low, high, read_by(name, records)))
    return list(found.values())


def read(words: str, records: ModelRecords, read_otherwise: bool = False) -> dict[str, Any]:
    """How the words are read, or that nothing reads them, for the field."""
    if not words.strip():
        return {"words": "", "problem": ""}
    try:
        found: Reading = reading_in(records, words)
    except UnknownWords:
        if read_otherwise:
            return {"words": words, "problem": "You read these words yourself, below."}
        near = nearest_name(words, [word for word, *_ in known(records)], cutoff=0.8)
        hint = f"; did you mean “{near}”?" if near else "."
        return {"words": words, "problem": f"Nothing reads these words{hint} Or read them yourself, below."}
    by = found.rule or read_by(found.source, records)
    return {"words": words, "low": found.low, "high": found.high, "by": by}


def read_by(source: str, records: ModelRecords) -> str:
    """What holds words: a lexicon by its title, or the model's hedges."""
    lexicon = records.lexicons.get(source)
    return lexicon.title.partition(" (")[0] if lexicon is not None else "the model's own reading"
