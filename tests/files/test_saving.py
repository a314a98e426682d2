"""Several files are saved all or nothing, and a journal that somebody else made writes nothing that is not its own."""

import json

import pytest

from tocsin.errors import BadInput
from tocsin.files import saving
from tocsin.files.saving import JOURNAL, digest, finish, save_texts


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "models" / "m"
    folder.mkdir(parents=True)
    (tmp_path / "scenarios" / "m").mkdir(parents=True)
    for name in saving.FILES:
        (folder / name).write_text("old\n")
    (tmp_path / "scenarios" / "m" / "s.yaml").write_text("old\n")
    return folder


def journal(folder, *paths, before="old\n"):
    entries = [{"path": path, "before": digest(before), "after": "new\n"} for path in paths]
    (folder / JOURNAL).write_text(json.dumps(entries))


def test_what_was_cut_short_is_finished(folder):
    (folder / "model.yaml").write_text("new\n")
    journal(folder, "model.yaml", "statements.yaml", "../../scenarios/m/s.yaml")
    finish(folder)
    assert {path.read_text() for path in (*folder.glob("*"), folder / "../../scenarios/m/s.yaml")} == {"new\n"}
    assert sorted(path.name for path in folder.iterdir()) == ["model.yaml", "statements.yaml"]


def test_a_choice_is_saved_with_the_model_that_it_names(folder, tmp_path):
    choice = tmp_path / "choices" / "m" / "c.yaml"
    choice.parent.mkdir(parents=True)
    choice.write_text("old\n")
    save_texts(folder, {folder / "model.yaml": ("old\n", "new\n"), choice: ("old\n", "new\n")})
    assert (folder / "model.yaml").read_text() == choice.read_text() == "new\n"


def test_a_file_that_was_changed_since_is_left_alone_and_told(folder):
    (folder / "model.yaml").write_text("by hand\n")
    journal(folder, "model.yaml", "statements.yaml")
    with pytest.raises(BadInput, match=r"model\.yaml: was changed after an edit of several files had been cut short"):
        finish(folder)
    assert (folder / "model.yaml").read_text() == "by hand\n"
    (folder / JOURNAL).unlink()
    finish(folder)


@pytest.mark.parametrize(
    "path",
    ["../../note.yaml", "../../scenarios/m/new.yaml", "other.yaml", "/etc/passwd", "../m2/model.yaml", ".bashrc"],
)
def test_a_journal_names_files_of_the_model_and_scenarios_that_are_there(path, folder):
    journal(folder, path, before="")
    with pytest.raises(BadInput, match="is no file of this model and no scenario"):
        finish(folder)
    (folder / JOURNAL).unlink()
    other = (folder / path).with_suffix(".txt")
    with pytest.raises(BadInput, match="is no file of this model and no scenario"):
        save_texts(folder, {folder / "model.yaml": ("old\n", "new\n"), other: ("", "new\n")})
    assert (folder / "model.yaml").read_text() == "old\n"
    assert not (folder / "../../note.yaml").exists()


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"path": 1}]', '{"path": "x"}', "\xff"])
def test_what_is_no_journal_is_told(text, folder):
    (folder / JOURNAL).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match="is no journal of an edit"):
        finish(folder)


def test_who_may_read_a_file_stays_and_a_link_stays_one(folder, tmp_path):
    place = tmp_path / "elsewhere.yaml"
    place.write_text("old\n")
    place.chmod(0o640)
    (folder / "model.yaml").unlink()
    (folder / "model.yaml").symlink_to(place)
    save_texts(folder, {folder / "model.yaml": ("old\n", "new\n")})
    assert (folder / "model.yaml").is_symlink()
    assert place.read_text() == "new\n"
    assert place.stat().st_mode & 0o777 == 0o640
