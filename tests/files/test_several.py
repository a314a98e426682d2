"""Files that hold several scenarios, one document each."""

import pytest

from tocsin.errors import BadInput
from tocsin.files import load_model, load_scenario, load_scenarios, scenario_paths, yaml12

CALM = "scenario: calm\ntitle: Calm\nmodel: small\n"
STORM = "scenario: storm\ntitle: Storm\nmodel: small\nevidence: {storm: {observed: yes}}\n"


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "mine.yaml"
        path.write_text(text, "utf-8")
        return path

    return written


def faults(path, small):
    with pytest.raises(BadInput) as caught:
        load_scenarios(path, load_model(small), "mine.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        f"{CALM}---\n{STORM}",
        f"# kept\n---\n{CALM}--- # the other\n{STORM}---\n# nothing below\n",
        f"---\n---\n{CALM}...\n---\n---\n{STORM}...\n",
        f"%YAML 1.2\n---\n{CALM}---\n{STORM}",
    ],
)
def test_every_scenario_of_a_file_is_read(write, small, text):
    path = write(text)
    model = load_model(small)
    assert [found.scenario for found in load_scenarios(path, model)] == ["calm", "storm"]
    assert [found.name for found in scenario_paths(path)] == ["mine.yaml#calm", "mine.yaml#storm"]
    assert [load_scenario(found, model).title for found in scenario_paths(path)] == ["Calm", "Storm"]


def test_a_file_of_one_has_its_own_path_alone(write, small):
    path = write(CALM)
    assert scenario_paths(path) == [path]
    assert [found.title for found in load_scenarios(path, load_model(small))] == ["Calm"]
    assert load_scenario(path.with_name("mine.yaml#calm"), load_model(small)).title == "Calm"
    with pytest.raises(BadInput, match="holds no scenario 'storm'; there are calm"):
        load_scenario(path.with_name("mine.yaml#storm"), load_model(small))


def test_of_several_one_is_named(write, small):
    path = write(f"{CALM}---\n{STORM}")
    with pytest.raises(BadInput, match=r"holds 2 scenarios; name one as mine.yaml#NAME: calm, storm"):
        load_scenario(path, load_model(small))


def test_a_file_whose_name_holds_the_mark_is_itself(tmp_path, small):
    path = tmp_path / "mine.yaml#calm"
    path.write_text(STORM, "utf-8")
    assert load_scenario(path, load_model(small)).scenario == "storm"


def test_faults_of_all_documents_are_told_with_document_and_line(write, small):
    text = f"{CALM.replace('title', 'titel')}---\nscenario: broken\ntitle: [x\n---\n{STORM.replace('yes', 'yess')}"
    found = faults(write(text), small)
    assert len(found) == 3
    assert found[0].startswith("mine.yaml:2:1: document 1 (calm): titel: unknown key")
    assert found[1].startswith("mine.yaml:6:")
    assert "document 2: not valid YAML" in found[1]
    assert found[2].startswith("mine.yaml:11:19: document 3 (storm): evidence.storm: ")
    assert "did you mean 'yes'" in found[2]


def test_faults_of_a_file_of_one_name_no_document(write, small):
    assert faults(write(CALM.replace("title", "titel")), small) == [
        "mine.yaml:2:1: titel: unknown key; did you mean 'title'?"
    ]


def test_two_of_one_name_are_refused(write, small):
    assert faults(write(f"{CALM}---\n{STORM.replace('scenario: storm', 'scenario: calm')}"), small) == [
        "mine.yaml:5:11: document 2 (calm): scenario: 'calm' is the name of document 1 too; each needs its own"
    ]


def test_no_more_documents_than_anybody_writes(write, small):
    (found,) = faults(write("---\na: 1\n" * (yaml12.MOST_DOCUMENTS + 1)), small)
    assert "holds 201 documents; at most 200 are read" in found


def test_an_empty_file_is_told(write, small):
    assert "the file is empty" in faults(write("---\n# nothing\n---\n"), small)[0]
