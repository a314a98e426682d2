import pytest
from pydantic import ValidationError

from tocsin.records.families import Assumption, Quantity
from tocsin.records.scenario import Finding, Scenario


@pytest.mark.parametrize(
    ("text", "value"), [("20%", 0.2), ("20 %", 0.2), (0.2, 0.2), ("0.2", 0.2), (1, 1.0), ("1e-3", 0.001)]
)
def test_percent_and_fraction_are_the_same(text, value):
    assert Finding(believed={"a": text, "b": 1 - value}).believed["a"] == pytest.approx(value)


@pytest.mark.parametrize("bad", ["20", "-1%", "101%", "a", True, None, float("nan"), "nan", "1e400"])
def test_what_is_no_chance(bad):
    with pytest.raises(ValidationError):
        Finding(believed={"a": bad, "b": 0})


def test_records_cannot_be_changed_or_misspelt():
    scenario = Scenario(scenario="s", title="S", model="m")
    with pytest.raises(ValidationError, match="frozen"):
        scenario.title = "T"
    with pytest.raises(ValidationError, match="Extra inputs"):
        Scenario(scenario="s", title="S", model="m", evidenze={})


@pytest.mark.parametrize("letter", ["\x07", "\x00", "\x85\x9b", "\ufffe"])
def test_text_that_no_document_can_hold_is_refused(letter):
    with pytest.raises(
        ValidationError, match=f"the character U\\+{ord(letter[-1]):04X} at place {1 + len(letter)} cannot"
    ):
        Scenario(scenario="s", title=f"a{letter}b", model="m")


@pytest.mark.parametrize("text", ["العراق", "a\tb\nc", "naïve \u200f \U0001f514", "=cmd()"])
def test_other_text_is_kept(text):
    assert Scenario(scenario="s", title=text, model="m").title == text


def test_a_number_has_one_reference():
    with pytest.raises(ValidationError, match="a number needs its reference"):
        Quantity()
    with pytest.raises(ValidationError, match="a number with `statements` needs its reference"):
        Quantity(statements=("a",))
    with pytest.raises(ValidationError, match="a `value` is known; no statement can move it"):
        Quantity(statements=("a",), assume=Assumption(value=1, because="b"))


def test_a_digest_ignores_defaults_and_order():
    one = Scenario(scenario="s", title="S", model="m", evidence={"a": {"observed": "x"}, "b": {"observed": "y"}})
    two = Scenario(
        scenario="s", title="S", model="m", evidence={"b": {"observed": "y"}, "a": {"observed": "x"}}, interval="80%"
    )
    other = Scenario(scenario="s", title="S", model="m", evidence={"a": {"observed": "x"}})
    assert one.digest == two.digest != other.digest


def test_a_changed_copy_has_a_digest_of_its_own():
    one = Scenario(scenario="s", title="S", model="m")
    before = one.digest
    two = one.model_copy(update={"title": "T"})
    assert two.digest == Scenario(scenario="s", title="T", model="m").digest != before == one.digest
