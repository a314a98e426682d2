"""A table in another shape: what stays, what is asked anew, and that the file's own rules take the result."""

import pytest

from tests.conftest import IRAQ
from tocsin.authoring.tables import MOST_ROWS, TableShape, allowed_families, carried, missing, supposed
from tocsin.errors import BadQuery
from tocsin.files import yaml12
from tocsin.records import Variable

TWO, THREE = ("no", "yes"), ("open", "slow", "closed")


def number(word):
    return {"assume": {"range": ["5%", "20%"], "because": word}}


@pytest.fixture(scope="module")
def variables():
    return yaml12.read(IRAQ / "model.yaml").value["variables"]


def shape(name, variables, **other):
    held = variables[name]
    parents = {parent: tuple(variables[parent]["states"]) for parent in held.get("parents", ())}
    return TableShape(held["table"]["family"], tuple(held["states"]), {**parents, **other})


def test_in_the_same_shape_nothing_changes_and_nothing_is_asked(variables):
    for name, held in variables.items():
        now = shape(name, variables)
        assert [*carried(held["table"], now, now).items()] == [*held["table"].items()]
        assert missing(held["table"], name) == ()
        assert now.family in allowed_families(now)


@pytest.mark.parametrize("parents", [{}, {"a": TWO}, {"a": THREE, "b": TWO}])
@pytest.mark.parametrize("states", [TWO, THREE])
def test_a_new_table_of_each_family_asks_for_what_the_records_want(parents, states):
    for family in allowed_families(TableShape("", states, parents)):
        table = carried(None, None, TableShape(family, states, parents))
        if family == "index":
            table["because"] = "test"
        filled = supposed(table)
        assert missing(filled, "x") == ()
        content = {"title": "X", "question": "X?", "states": states, "role": "driver", "parents": [*parents]}
        assert Variable.model_validate({**content, "table": filled}).table.family == family
        assert missing(table, "x") or family in ("any", "all", "max")


def test_a_new_parent_keeps_what_was_and_asks_for_its_own_numbers():
    base, effects = {"shares": {"yes": number("base")}}, {"a": {"yes": number("a")}}
    was = TableShape("odds", TWO, {"a": TWO})
    now = TableShape("odds", TWO, {"a": TWO, "b": THREE})
    table = carried({"family": "odds", "base": base, "effects": effects}, was, now)
    assert (table["base"], table["effects"]["a"]) == (base, effects["a"])
    assert missing(table, "x") == ("x.effects.b.slow", "x.effects.b.closed")
    assert carried(table, now, was) == {"family": "odds", "base": base, "effects": effects}


def test_rows_stay_under_the_first_state_of_a_new_parent_and_come_back_when_it_goes():
    rows = [{"given": {"a": "no"}, "shares": {"yes": number("no")}}, {"given": {"a": "yes"}, "certain": "yes"}]
    was = TableShape("table", TWO, {"a": TWO})
    now = TableShape("table", TWO, {"a": TWO, "b": TWO})
    table = carried({"family": "table", "rows": rows}, was, now)
    assert [row["given"] for row in table["rows"]] == [
        {"a": "no", "b": "no"}, {"a": "no", "b": "yes"}, {"a": "yes", "b": "no"}, {"a": "yes", "b": "yes"},
    ]  # fmt: skip
    assert missing(table, "x") == ("x.rows.1.shares.yes", "x.rows.3.shares.yes")
    assert carried(table, now, was)["rows"] == rows


def test_a_state_of_a_parent_that_comes_or_goes_is_a_row_that_comes_or_goes():
    rows = [{"given": {"a": "open"}, "certain": "no"}, {"given": {"a": ["slow", "closed"]}, "certain": "yes"}]
    was = TableShape("table", TWO, {"a": THREE})
    fewer = carried({"family": "table", "rows": rows}, was, TableShape("table", TWO, {"a": ("open", "slow")}))
    assert [row["given"]["a"] for row in fewer["rows"]] == ["open", "slow"]
    more = carried({"family": "table", "rows": rows}, was, TableShape("table", TWO, {"a": (*THREE, "gone")}))
    assert more["rows"][-1] == {"given": {"a": "gone"}, "shares": {"yes": None}}


def test_steps_stay_where_they_begin_at_the_same_states():
    steps = {"at_least": {"slow": number("slow"), "closed": number("closed")}}
    table, was = {"family": "prior", **steps}, TableShape("prior", THREE, {})
    longer = carried(table, was, TableShape("prior", (*THREE, "gone"), {}))
    assert longer["at_least"] == {**steps["at_least"], "gone": None}
    between = carried(table, was, TableShape("prior", ("open", "slow", "worse", "closed"), {}))
    assert between["at_least"] == {"slow": steps["at_least"]["slow"], "worse": None, "closed": None}
    fewer = carried(table, was, TableShape("prior", ("open", "slow"), {}))
    assert fewer["shares"] == {"slow": steps["at_least"]["slow"]}


def test_the_leak_of_a_noisy_table_is_the_base_of_the_odds(variables):
    name = "israeli_strike"
    was = shape(name, variables)
    table = carried(variables[name]["table"], was, TableShape("odds", was.states, was.parents))
    assert table["base"] == variables[name]["table"]["leak"]
    assert all(".effects." in key for key in missing(table, name))


def test_a_table_that_nobody_would_fill_is_refused():
    parents = {f"p{k}": THREE for k in range(4)}
    with pytest.raises(BadQuery, match="81 rows"):
        carried(None, None, TableShape("table", TWO, parents))
    assert MOST_ROWS < 81
