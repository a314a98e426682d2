"""The page From a report: drafts of statements, which an analyst goes through one by one; none is set on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import streamlit as st

from tocsin.authoring.draft_file import read_drafts, written
from tocsin.authoring.drafting import MOST_FILES, Drafts, StatementDraft, describe, draft_files, main_words
from tocsin.errors import BadInput, TocsinError, counted, whole_text
from tocsin.files.places import is_yaml
from tocsin.model import Model
from tocsin.output import literal
from tocsin.records import ModelRecords
from tocsin.render.html import Html, element, fragments, joined
from tocsin.report.blocks import Table
from tocsin.ui import downloads, edit_statements, editing, main, state
from tocsin.ui.downloads import YAML, File
from tocsin.ui.editing import Editing
from tocsin.ui.scenario_io import problems_of
from tocsin.ui.widgets import alert, fold, section, show

TITLE = "From a report"
FORMS = ["txt", "md", "html", "htm", "docx", "pdf", "yaml", "yml"]
_WORK, _REFUSED, _SENT, _TEXT, _CALLED = "drafts-work", "drafts-refused", "drafts-files", "drafts-text", "drafts-called"
ABOUT = (
    "Rules read the report on this machine and propose what somebody says in it. Nothing is set: of each draft you "
    "write the claim in your own words and say what it judges or reports, or you leave it."
)
State = Literal["open", "confirmed", "skipped", "discarded"]
STATES: Mapping[State, str] = {
    "open": "to be looked at", "confirmed": "made a statement", "skipped": "put off", "discarded": "discarded",
}  # fmt: skip


@dataclass
class DraftWork:
    """The drafts that a session goes through. entered: what stood in a file of drafts already."""

    drafts: Drafts
    entered: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    now: str = ""

    def state(self, name: str) -> State:
        """What has become of a draft."""
        return self.states.get(name, "open")

    @property
    def waiting(self) -> list[StatementDraft]:
        """Those that nobody has decided on, and then those that were put off."""
        held = self.drafts.drafts
        return [draft for state in ("open", "skipped") for draft in held if self.state(draft.id) == state]

    def find(self, name: str) -> StatementDraft | None:
        """A draft by its name."""
        return next((draft for draft in self.drafts.drafts if draft.id == name), None)

    def decide(self, name: str, state: State) -> None:
        """Keep what has become of a draft, and go on to the next that waits."""
        self.states[name] = state
        names = [draft.id for draft in self.drafts.drafts]
        open_ones = [other for other in names if self.state(other) == "open"]
        later = [other for other in open_ones if names.index(other) > names.index(name)]
        self.now = next(iter((*later, *open_ones)), next((draft.id for draft in self.waiting), ""))


def page() -> None:
    """The way in, or the drafts one by one."""
    begun = editing.begin(TITLE)
    if begun is None:
        return
    works: dict[str, DraftWork] = st.session_state.setdefault(_WORK, {})
    for model, name in st.session_state.pop(edit_statements.CONFIRMED, []):
        if model in works:
            works[model].decide(name, "confirmed")
    work = works.get(begun.model.name)
    # Drafts stand in no file: the browser asks before they are left behind.
    kept = f"{state.EDITED}drafts-{begun.model.name}"
    if work is not None and work.waiting:
        st.session_state[kept] = {}
    else:
        st.session_state.pop(kept, None)
    if work is None:
        _way_in(begun.model)
        return
    _overview(begun.model, work)
    draft = work.find(work.now)
    if draft is None:
        show(element("p", element("b", "All drafts are decided on."), role="status"))
    else:
        _draft(begun, work, draft)
    _all(work)
    _end(begun.model, work)


def _way_in(model: Model) -> None:
    show(element("p", ABOUT, class_="quiet lead"))
    if refused := st.session_state.get(_REFUSED):
        show(alert("No drafts came of this.", "\n".join(refused)))
    first, second = st.columns(2, gap="large")
    with first:
        st.file_uploader(
            "Files: text, a saved page, Word, PDF, or a drafts.yaml", type=FORMS, accept_multiple_files=True, key=_SENT
        )
        st.button(
            "Draft from the files", on_click=_of_files, args=(model.records,), disabled=not st.session_state[_SENT]
        )
    with second:
        st.text_area("Or paste a text", key=_TEXT, height=160, persist_state="session")
        st.text_input("What it is called", key=_CALLED, placeholder="Harbour Post, 3 May", persist_state="session")
        st.button("Draft from the text", on_click=_of_text, args=(model.records,))


def _of_files(records: ModelRecords) -> None:
    _begin(records, [(Path(file.name).name, file.getvalue()) for file in st.session_state[_SENT]])


def _of_text(records: ModelRecords) -> None:
    text = st.session_state.get(_TEXT, "")
    if not text.strip():
        st.session_state[_REFUSED] = ["There is no text yet."]
        return
    called = st.session_state.get(_CALLED, "").strip() or "pasted text"
    _begin(records, [(f"{called.replace('/', ' ').replace(chr(0), '')[:80]}.txt", text.encode("utf-8", "replace"))])


def _begin(records: ModelRecords, sent: Sequence[tuple[str, bytes]]) -> None:
    """Draft from what was sent; what is wrong with any of it is told, and then nothing of it is taken."""
    st.session_state[_REFUSED] = []
    try:
        work = read(records, sent)
    except BadInput as error:
        st.session_state[_REFUSED] = problems_of(error)
        return
    except TocsinError as error:
        st.session_state[_REFUSED] = [str(error)]
        return
    if not work.drafts.drafts:
        st.session_state[_REFUSED] = ["Nobody says anything in it that the rules can find."]
        return
    work.now = work.drafts.drafts[0].id
    st.session_state[_WORK][records.name] = work


def read(records: ModelRecords, sent: Sequence[tuple[str, bytes]]) -> DraftWork:
    """Drafts of files, each with its name. Raises BadInput, naming them as they are called."""
    if len(sent) == 1 and is_yaml(Path(sent[0][0])):
        name, content = sent[0]
        drafts, entered = read_drafts(whole_text(content, name), name, records)
        return DraftWork(drafts, entered)
    if any(is_yaml(Path(name)) for name, _ in sent):
        raise BadInput.at("the files", "a file of drafts is read alone")
    if len(sent) > MOST_FILES:
        raise BadInput.at("the files", f"{len(sent)} are given; at most {MOST_FILES} are read at once")
    with TemporaryDirectory() as folder:
        paths = {}
        for position, (name, content) in enumerate(sent):
            # A folder for each: two may have one name.
            path = Path(folder, str(position), f"{_stem(name)}{Path(name).suffix.lower()}")
            path.parent.mkdir()
            path.write_bytes(content)
            paths[str(path)] = name
        try:
            return DraftWork(draft_files([Path(path) for path in paths], records))
        except BadInput as error:
            problems = (replace(problem, file=paths.get(problem.file, problem.file)) for problem in error.problems)
            raise BadInput(problems) from None


def _stem(name: str) -> str:
    """The stem of a file's name, as far as every system can hold it."""
    return (
        "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in Path(name).stem)[:60].strip()
        or "report"
    )


def _overview(model: Model, work: DraftWork) -> None:
    """How far one has come."""
    drafts = work.drafts.drafts
    counts = [(label, sum(work.state(draft.id) == state for draft in drafts)) for state, label in STATES.items()]
    states = ", ".join(f"{count} {label}" for label, count in counts if count)
    titles = [source.title or source.id for source in work.drafts.sources if any(d.source == source.id for d in drafts)]
    reports = joined([element("q", title) for title in titles], ", ")
    total = counted(len(drafts), "draft")
    show(element("p", f"{total} from ", reports, f": {states}.", class_="quiet", role="status"))


def _draft(begun: Editing, work: DraftWork, draft: StatementDraft) -> None:
    """One draft: what was found, and what to make of it."""
    with st.container(border=True, key="draft"):
        show(card(work.drafts, draft))
        with st.container(horizontal=True):
            st.button(
                "Make it a statement …", type="primary", key="draft-confirm", on_click=_confirm,
                args=(begun.model.records, work, draft),
            )  # fmt: skip
            st.button("Skip for now", key="draft-skip", on_click=work.decide, args=(draft.id, "skipped"))
            st.button("Discard", key="draft-discard", on_click=work.decide, args=(draft.id, "discarded"))
    if st.session_state.pop("draft-goes", False):
        main.go("edit-statements")


def card(drafts: Drafts, draft: StatementDraft) -> Html:
    """What the rules found of one draft."""
    speaker = next((held for held in drafts.speakers if held.id == draft.speaker), None)
    source = next((held for held in drafts.sources if held.id == draft.source), None)
    who = [
        (speaker.name or speaker.id) if speaker else draft.speaker,
        *([speaker.role] if speaker and speaker.role else []),
    ]
    new = "" if speaker is None or speaker.known else ", new to the model"
    words = [element("li", element("q", held.words), f" {describe(held)}") for held in draft.found]
    about = {
        "Who": f"{', '.join(who)}{new}",
        "Where": f"{(source.title or source.id) if source else draft.source}: {draft.where}",
        "Reads as": draft.reads_as,
        "Words": element("ul", *words) if words else "none that estimate",
    }
    rows = (element("div", element("dt", title), element("dd", text)) for title, text in about.items())
    return element(
        "div", element("h2", draft.id), element("blockquote", draft.quote, dir="auto"),
        element("dl", *rows, class_="facts"), class_="draft", data_draft=draft.id,
    )  # fmt: skip


def _confirm(records: ModelRecords, work: DraftWork, draft: StatementDraft) -> None:
    """Open the form with what was found; the claim and what it says are for a human to give."""
    model = records.name
    edit_statements.begin_with(None, base_of(records, work, draft), (model, draft.id, draft.quote))
    st.session_state["draft-goes"] = True


def base_of(records: ModelRecords, work: DraftWork, draft: StatementDraft) -> dict[str, Any]:
    """What the form begins with: the place, the speaker and the words, and what a file of drafts had already."""
    base: dict[str, Any] = {"where": draft.where}
    source = next(held for held in work.drafts.sources if held.id == draft.source)
    if source.id in records.sources:
        base["source"] = source.id
    else:
        base["new_source"] = {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published,
        }
    speaker = next(held for held in work.drafts.speakers if held.id == draft.speaker)
    if speaker.id in records.speakers:
        base["speaker"] = speaker.id
    else:
        base["new_speaker"] = {"id": speaker.id, "name": speaker.name, "role": speaker.role}
    if draft.found:
        base["words"] = main_words(draft.found).words
    entered = work.entered.get(draft.id, {})
    base |= {key: str(entered[key]) for key in ("claim", "words") if key in entered}
    if entered.get("credibility") in range(1, 7):
        base["credibility"] = entered["credibility"]
    return base


def _all(work: DraftWork) -> None:
    """Every draft in a table, and the way to any of them."""
    part, unfolded = fold(f"All {len(work.drafts.drafts)} drafts", "drafts-all")
    if not unfolded:
        return
    with part:
        titles = {draft.id: f"{draft.id}: {draft.quote}" for draft in work.drafts.drafts}
        place = st.selectbox(
            "Look at", list(titles), index=None, format_func=lambda name: literal(titles[name]), key="drafts-look"
        )
        if place is not None and place != work.now:
            st.button("Open it", key="draft-open", on_click=_look, args=(work, place))
        rows = tuple(
            (draft.id, draft.speaker, draft.reads_as, draft.quote, STATES[work.state(draft.id)])
            for draft in work.drafts.drafts
        )
        headings = ("Draft", "Speaker", "Reads as", "Quote", "State")
        show(fragments([Table(headings, rows, (0.08, 0.16, 0.12, 0.46, 0.18), "All drafts")]))


def _look(work: DraftWork, name: str) -> None:
    work.now = name


def _end(model: Model, work: DraftWork) -> None:
    """Take what is left along, or begin with another report."""
    left = replace(work.drafts, drafts=tuple(work.waiting))
    note = "Drafts live as long as this browser tab. What is left can be taken along, and read here again."
    show(section("Later", note=note))
    with st.container(horizontal=True):
        downloads.ready(
            File(f"Download what is left ({len(left.drafts)})", "drafts.yaml", YAML, lambda: written(left).encode()),
            key="drafts-take", disabled=not left.drafts,
        )  # fmt: skip
        st.button("Begin with another report", key="drafts-anew", on_click=_anew, args=(model.name,))


def _anew(model: str) -> None:
    st.session_state[_WORK].pop(model, None)
    for key in (_TEXT, _CALLED):
        st.session_state.pop(key, None)
