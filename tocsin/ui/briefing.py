"""The page for taking an answer away: as a briefing in five formats, as JSON, and what pins it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from tocsin.errors import BadInput, TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.files import FORMATS, TEMPLATES, render, require_one_marking
from tocsin.render.html import element, joined
from tocsin.report import charts
from tocsin.report.answer import outcomes, run_record
from tocsin.report.compose import compose
from tocsin.report.record import BriefingOptions
from tocsin.ui import cache, compare, downloads, scenario_io, scenarios, state
from tocsin.ui.downloads import YAML, File
from tocsin.ui.evidence import chips
from tocsin.ui.widgets import Upload, alert, part, show, upload
from tocsin.verify import record_in

SINCE, LOOK = "brief-since", "brief-template"
"""Keys of the widgets that take an earlier briefing and a template."""


def page() -> None:
    """The answer in lines, the run record, downloads."""
    model = scenarios.begin_page()
    if model is None:
        return
    show(joined([element("h1", "Briefing"), chips(state.scenario(), model.records)]))
    try:
        answer = cache.answer(model, state.scenario())
    except TocsinError as error:
        show(alert("No answer to this scenario. Change it on the page Assess.", str(error)))
        return
    show(part(answer.scenario.title, [outcomes(model.records, answer)]))
    with st.container(horizontal=True):
        name = answer.scenario.scenario
        text = json.dumps(answer.as_json(), indent=2, ensure_ascii=False)
        downloads.ready(File("The answer as JSON", f"{name}.json", "application/json", text.encode))
        scenario = File("The scenario as YAML", f"{name}.yaml", YAML, lambda: scenario_io.as_yaml(state.scenario()))
        downloads.ready(scenario, state.saved)
    _downloads(model, answer.scenario)
    subject = compare.subject(model, answer.scenario)
    show(part("Charts of this answer", (charts.outcome_chart(subject), charts.network(subject))))
    show(part("What pins this answer", [run_record([answer.run])]))


def _downloads(model: Model, scenario: Scenario) -> None:
    """One button per format; a briefing is made when its button is pressed."""
    if not downloads.headed():
        return
    length, marking = downloads.wanted(model)
    first, second = st.columns(2, gap="medium")
    earlier = upload("An earlier briefing: say what changed since", list(FORMATS), SINCE, first)
    kinds = [suffix.removeprefix(".") for suffix in TEMPLATES]
    template = upload("Your organisation's template: its styles are taken", kinds, LOOK, second)
    try:
        since = None if earlier is None else record_in(earlier.content, earlier.suffix, earlier.name)
        order = BriefingOptions(length, marking, since, cache.ledger(model))
        if template is not None:
            _require_usable(model, scenario, template, marking)
    except TocsinError as error:
        downloads.refused(error)
        return
    if order.since is not None:
        show(element("p", f"Compared with the briefing as of {order.since.as_of}.", class_="quiet"))
    downloads.buttons(scenario.scenario, lambda form: briefed(model, scenario, order, form, template))


def _require_usable(model: Model, scenario: Scenario, template: Upload, marking: str) -> None:
    """Tries it once, so that it is told here what is wrong with it. Raises BadInput."""
    try:
        briefed(model, scenario, BriefingOptions("summary", marking), _form_of(template) or "", template)
    except BadInput as error:
        raise BadInput([replace(problem, file=template.name) for problem in error.problems]) from None


def _form_of(template: Upload) -> str | None:
    """The format that takes its styles from such a file."""
    return TEMPLATES.get(f".{template.suffix}")


def briefed(
    model: Model, scenario: Scenario, order: BriefingOptions, form: str, template: Upload | None = None
) -> bytes:
    """The briefing's bytes in one format. Raises BadInput for a template that cannot be used."""
    briefing = compose(cache.explained(model, scenario), order)
    if template is None or _form_of(template) != form:
        return render(briefing, form)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"template.{template.suffix}"
        path.write_bytes(template.content)
        require_one_marking(briefing, path)
        return render(briefing, form, path)
