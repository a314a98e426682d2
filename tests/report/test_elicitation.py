"""The report between the rounds names nobody, and shows everybody's range, the mean and the reasons."""

from __future__ import annotations

import pytest

from tests.authoring.test_elicitations import ASKED_OF
from tocsin.authoring.elicitations import Elicitation, Expert, ExpertAnswer, askable
from tocsin.model import open_model
from tocsin.render.files import render
from tocsin.report.blocks import Bars, Items, Paragraph, texts
from tocsin.report.elicitation import feedback, instructions, questions


@pytest.fixture(scope="module")
def dam():
    return open_model(ASKED_OF / "dam")


@pytest.fixture(scope="module")
def asked(dam):
    numbers = ("gates.shares.stuck", "level.effects.gates.stuck", "level.base.at_least.over")
    experts = {"ann": Expert(name="Ann Berg", letter="C"), "bob": Expert(name="Bob", letter="A")}
    silent = {"cid": Expert(name="Cid", letter="B")}
    return Elicitation(model="dam", experts=experts | silent, questions=questions(dam, numbers))


def answers(asked, number=1, shift=0.0):
    first, second, _ = asked.questions
    return [
        ExpertAnswer(number, "ann", first, 5, 20, 10 + shift, 80, "Old motors.", "ann"),
        ExpertAnswer(number, "bob", first, 20, 60, 30 + shift, 80, "Nobody tried <them>.", "bob"),
        ExpertAnswer(number, "ann", second, 1, 4, 2, 80, "", "ann"),
        ExpertAnswer(number, "bob", second, 4, 16, 8, 80, "", "bob"),
    ]


def test_a_question_says_all_that_it_takes_as_given(dam, asked):
    gates, factor, over = asked.questions
    assert gates.asks == "What is the chance that a gate of the spillway is stuck?"
    assert gates.background == "Settled by: Do all three gates of the spillway open when they are told to?"
    assert "Compared with: Spillway gates: open. 1 changes nothing, 2 doubles the odds" in factor.background
    assert over.background.endswith("Take as given: Inflow: normal; Spillway gates: open; Drawdown: done.")
    assert [question.unit for question in asked.questions] == ["percent", "factor", "percent"]
    # No two numbers of a model are asked for in the same words.
    every = questions(dam, tuple(askable(dam.records)))
    assert len({question.asks for question in every}) == len(every)


def test_factors_and_the_second_round_are_explained_where_there_are_any(dam, asked):
    headings = [heading for heading, _ in instructions(dam, asked.questions, 2)]
    assert "Factors" in headings
    assert "The second round" in headings
    plain = [heading for heading, _ in instructions(dam, asked.questions[:1], 1)]
    assert "Factors" not in plain
    assert "The second round" not in plain


def test_the_report_names_nobody_and_tells_where_they_are_apart(dam, asked):
    briefing = feedback(dam, asked, answers(asked), 1)
    for form in ("html", "md"):
        text = render(briefing, form).decode()
        assert "tocsin-record" not in text
        for name in ("Ann", "ann", "Bob", "bob", "Cid"):
            assert f"{name}:" not in text
            assert f">{name}<" not in text
    assert briefing.bottom_line == (
        "Of 3 questions, the best guesses are furthest apart on Q2 and Q1: talk about these first. Nobody answered Q3."
    )


def test_a_question_has_everybodys_range_the_mean_and_the_reasons(dam, asked):
    briefing = feedback(dam, asked, answers(asked), 1)
    first = briefing.section("Q1").blocks
    chart = next(block for block in first if isinstance(block, Bars))
    assert [(row.label, row.point, row.tick) for row in chart.rows] == [
        ("C", 0.1, 0.2),
        ("A", 0.3, 0.2),
        ("Mean", 0.2, 0.2),
    ]
    assert chart.rows[2].reach == pytest.approx((0.125, 0.4))
    assert chart.rows[0].figure == "10 % [5.0–20]"
    (reasons,) = (block for block in first if isinstance(block, Items))
    assert [(item.lead, item.text) for item in reasons.items] == [("A:", "Nobody tried <them>."), ("C:", "Old motors.")]
    assert first[-1] == Paragraph("Without an answer: B.")
    # Factors on a scale of powers, where the mean is geometric.
    chart = next(block for block in briefing.section("Q2").blocks if isinstance(block, Bars))
    assert chart.stops == ("× 1", "× 2", "× 4", "× 8", "× 16")
    assert [(row.label, row.point, row.reach) for row in chart.rows] == [
        ("C", 0.25, (0, 0.5)),
        ("A", 0.75, (0.5, 1)),
        ("Mean", pytest.approx(0.5), (0.25, pytest.approx(0.75))),
    ]
    assert chart.rows[2].figure == "× 4 [2–8]"
    html = render(briefing, "html").decode()
    assert "× 16</span>" in html
    assert 'aria-label="× 4 [2–8]"' in html
    assert list(texts(briefing.section("Q3").blocks))[-1] == "Nobody has answered it."


def test_the_second_report_says_what_was_answered_before(dam, asked):
    # Who leaves a question out keeps the first answer.
    both = [*answers(asked), answers(asked, 2, shift=5)[0]]
    chart = next(block for block in feedback(dam, asked, both, 2).section("Q1").blocks if isinstance(block, Bars))
    assert [(row.label, row.point, row.note) for row in chart.rows] == [
        ("C", 0.15, "was 10 %"),
        ("A", 0.3, "as before"),
        ("Mean", pytest.approx(0.225), ""),
    ]


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_it_is_written_as_paper_too(dam, asked, form):
    briefing = feedback(dam, asked, answers(asked), 1, "TLP:AMBER")
    content = render(briefing, form)
    assert content == render(briefing, form)
    assert len(content) > 10_000
