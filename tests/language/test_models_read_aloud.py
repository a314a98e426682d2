"""Every sentence on three models and their scenarios is one that a person would write, whatever the model's field."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.conftest import DAM, IRAQ, ROOT
from tocsin.analysis.explain import explain
from tocsin.files import load_scenario
from tocsin.language.numbers import sentence
from tocsin.language.parameters import short
from tocsin.model import open_model
from tocsin.report import explanation
from tocsin.report.blocks import Items, Paragraph
from tocsin.report.compose import compose

READING = ROOT / "tests" / "data" / "reading"
SHIPPED = ("casus-belli", "posture-degraded-forced", "tempo-believed", "threat-of-force-reported")
OF_DAM = ("baseline", "muddy-water", "nothing-done", "wet-december", "without-ostrow")
"""Of each model's scenarios one of each kind."""
SCENARIOS = [
    *((READING, path) for path in sorted((READING / "scenarios" / "wildfire").glob("*.yaml"))),
    *((ROOT, ROOT / "scenarios" / DAM.name / f"{name}.yaml") for name in OF_DAM),
    *((ROOT, ROOT / "scenarios" / IRAQ.name / f"{name}.yaml") for name in SHIPPED),
]
WRONG = {
    "two spaces": r"  ",
    "two stops": r"[.?!] ?\.|,,|, \.|;\.",
    "the wrong article": r"\ban? (?:un|extremely|about|almost)",
    "an adjective for a chance": r"\bis an? (?:\w+ )?(?:even )?chance\b",
    "an adverb before happen": r"as not\*? happen",
    "brackets in brackets": r"\(\(|\)\)|“”|\(\)",
    "no form of a word": r"(?<![\d.])1 (?:outcomes|statements|questions|points|groups)\b|(?<![\d.])[2-9] (?:outcome|statement|question|group)\b",
    "a figure that is none": r"\bnan\b|\binf\b|\d\.\d{5}",
    "what nobody says": r"made so|at all with|at rest|explain by|of belief lies",
    "a condition without a clause": r"\b(?:if|when|that) “[^”]*: [^”]*”(?! were| is seen)",
}


@cache
def model_at(folder, name):
    return open_model(folder / "models" / name)


def sentences_of(folder, path):
    """What an explanation and a briefing in full say, a text each; tables and charts are no sentences."""
    model = model_at(folder, path.parent.name)
    explained = explain(model, load_scenario(path, model.records))
    of_outcomes = (section for name in explained.case.events for section in explanation.of_outcome(explained, name))
    blocks = [block for section in (*of_outcomes, *explanation.of_all(explained)) for block in section.blocks]
    briefing = compose(explained)
    blocks += [block for section in briefing.sections for block in section.blocks]
    texts = [briefing.bottom_line]
    for block in blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        if isinstance(block, Items):
            texts += [f"{item.lead} {item.text}".strip() for item in block.items]
    return model, texts


@pytest.mark.parametrize(("folder", "path"), SCENARIOS, ids=[path.stem for _, path in SCENARIOS])
def test_every_sentence_reads_as_one(folder, path):
    model, texts = sentences_of(folder, path)
    assert len(texts) > 30
    names = {name for name in model.records.variables if "_" in name}
    names |= {state for about in model.records.variables.values() for state in about.states if "_" in state}
    wrong = dict(WRONG, **({"another field": r"intelligence|\bTLP\b|Admiralty"} if model.name != IRAQ.name else {}))
    wrong["a name of the model's"] = "|".join(rf"\b{name}\b" for name in names) or r"(?!)"
    found = [(kind, text) for text in texts for kind, pattern in wrong.items() if re.search(pattern, text)]
    found += [("a beginning", text) for text in texts if not (text[0].isupper() or text[0] in "“0123456789")]
    found += [("an end", text) for text in texts if not text.endswith(":") and sentence(text) != text]
    assert not found


@pytest.mark.parametrize(("folder", "name"), [(READING, "wildfire"), (ROOT, DAM.name), (ROOT, IRAQ.name)])
def test_no_two_numbers_have_one_label(folder, name):
    model = model_at(folder, name)
    labels = [short(model, slot.key) for slot in model.provenance.slots]
    assert len(set(labels)) == len(labels) > 10
