"""One way to a model: the path, beside the file that names it, the working folder, TOCSIN_HOME, the example."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import IRAQ, ROOT, SMALL, call
from tocsin.errors import BadInput
from tocsin.files import places
from tocsin.files.places import find_model, is_example, locate, near_models, scenario_files, sweep_files

Put = Callable[[str], Path]


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Puts the small model into one of the places that are looked into; all of them are empty at first."""
    for name in ("here", "home", "example", "away/scenarios/small/sweeps"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(places, "EXAMPLE", tmp_path / "example")

    def made(place):
        shutil.copytree(SMALL, tmp_path / place / "models" / "small")
        (tmp_path / place / "scenarios" / "small").mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "scenarios" / "small" / f"{place}.yaml").touch()
        return tmp_path / place / "models" / "small"

    return made


def test_the_nearest_place_that_has_the_model_is_taken(put, tmp_path):
    beside = tmp_path / "away" / "scenarios" / "small" / "sweeps" / "x.yaml"
    with pytest.raises(BadInput, match="no model 'small'; there are none"):
        find_model("small", beside)
    for place in ("example", "home", "here", "away"):
        folder = put(place)
        assert find_model("small", beside).resolve() == folder
    assert find_model("small") == Path("models", "small")
    assert find_model(tmp_path / "home" / "models" / "small") == tmp_path / "home" / "models" / "small"
    every = locate("models", beside)
    assert [folder.resolve().parent.name for folder in every] == ["away", "here", "home", "example"]


def test_the_example_serves_where_there_is_no_other_model(put, tmp_path):
    example = put("example")
    assert near_models() == [example]
    assert is_example(example)
    mine = put("home")
    assert near_models() == [mine]
    assert not is_example(mine)


def test_another_model_of_the_example_s_name_has_none_of_its_scenarios(put):
    example, mine = put("example"), put("here")
    put("home")
    assert scenario_files(example).keys() == {"example", "here", "home"}
    assert scenario_files(mine).keys() == {"here", "home"}


def test_the_example_in_the_working_folder_is_no_other_model(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert places.EXAMPLE == ROOT
    assert find_model(IRAQ.name) == Path("models", IRAQ.name)
    assert not is_example(find_model(IRAQ.name))
    assert all(not path.is_absolute() for path in scenario_files(find_model(IRAQ.name)).values())
    assert "posture-restraint-truce" in sweep_files(IRAQ)


def test_a_name_that_no_folder_can_have_is_no_model(put):
    with pytest.raises(BadInput, match="no model"):
        find_model("x" * 5000)


def test_from_an_empty_folder_the_example_answers_and_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_HOME", raising=False)
    note = f"note: {IRAQ.name} is an example that comes with Tocsin\n"
    for arguments in (["assess", "casus-belli", "--json"], ["assess", "--model", IRAQ.name], ["check", IRAQ.name]):
        shown = call(*arguments)
        assert shown.stderr == note
        assert "note:" not in shown.stdout
    assert IRAQ.name in call("models").stdout
    for arguments in (["assess"], ["assess", "--model", "nothing"]):
        assert "; an example)" in call(*arguments, expect=1).stderr
    # Who gives its path knows what it is.
    assert call("assess", "--model", IRAQ).stderr == ""
