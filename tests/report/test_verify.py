"""A sceptic's questions: is it what the model gives, and if not, what is another?"""

import contextlib
import io
import shutil
import zipfile
from time import process_time

import pytest
from click.testing import CliRunner

from tests.conftest import IRAQ, ROOT, call
from tests.report.test_trust import replaced, with_edited_text, with_part
from tocsin.cli.main import main
from tocsin.render.files import FORMATS
from tocsin.report import record
from tocsin.report.record import NoRecord, libraries
from tocsin.verify import LARGEST, UnreadableBriefing, read, record_in, verify, words_of

CASES = ROOT / "tests" / "data" / "verify"


@pytest.fixture(scope="module")
def files(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("briefs")
    for form, content in made.items():
        (folder / f"brief.{form}").write_bytes(content)
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_an_untouched_briefing_holds(form, files):
    found = verify(files / f"brief.{form}", IRAQ)
    assert found.holds
    assert not found.others


@pytest.mark.parametrize("form", FORMATS)
def test_a_word_put_into_a_sentence_does_not_hold(form, files, full, tmp_path):
    """No figure is touched, and the sentence says the opposite."""
    content = (files / f"brief.{form}").read_bytes()
    if form == "pptx":
        part = r"ppt/slides/slide1\.xml"
        spoiled = with_part(content, part, lambda text: replaced(text, "soil is unlikely", "soil is not unlikely"))
    else:
        spoiled = with_edited_text(content, form, "soil is unlikely", "soil is not unlikely", full)
    (tmp_path / f"x.{form}").write_bytes(spoiled)
    found = verify(tmp_path / f"x.{form}", IRAQ)
    assert not found.holds
    assert not found.figures
    assert "soil is not" in found.passages[0]


def test_a_model_that_changed_is_told_with_the_figures_that_no_longer_follow(files, tmp_path):
    folder = shutil.copytree(IRAQ, tmp_path / "models" / IRAQ.name)
    text = (folder / "statements.yaml").read_text("utf-8")
    assert text.count("words: not unlikely") == 1
    (folder / "statements.yaml").write_text(text.replace("words: not unlikely", "words: likely"), "utf-8")
    found = verify(files / "brief.md", folder)
    assert not found.holds
    assert not found.agrees
    assert "the model has changed since" in found.others[0]
    told = next(one for one in found.figures if one.startswith("israeli_strike"))
    assert "recorded unlikely, 21 % [9.2–36], baseline 9.6 %, the model gives unlikely, 24 %" in told
    assert not any(one.startswith("syrian_advance") for one in found.figures)


@pytest.mark.parametrize(
    ("form", "old", "new"), [("md", '"version":"', '"version":"0'), ("pdf", None, None)], ids=["tocsin", "typst"]
)
def test_another_version_compares_words_and_figures_alone(form, old, new, files, full, tmp_path, monkeypatch):
    file = files / f"brief.{form}"
    if old is None:
        monkeypatch.setattr(record, "libraries", lambda: libraries() | {"typst": "99"})
    else:
        text = file.read_text("utf-8")
        assert old in text
        file = tmp_path / "brief.md"
        version = full.record.run.version
        spoiled = text.replace(old, new, 1).replace(f"Tocsin {version}", f"Tocsin 0{version}")
        file.write_text(spoiled, "utf-8")
    found = verify(file, IRAQ)
    assert found.agrees
    shown = call("verify", file, "--model", IRAQ, expect=3)
    assert "holds" not in shown.output
    assert "its words and figures are those of now; layout and pictures were not compared" in shown.output


@pytest.mark.usefixtures("no_example")
def test_a_briefing_whose_model_is_not_here_says_so_of_itself(files, tmp_path, monkeypatch):
    """Nobody gave --model, so it is not --model that is wrong."""
    file = shutil.copy(files / "brief.md", tmp_path / "brief.md")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_HOME", raising=False)
    shown = call("verify", file, expect=1)
    assert shown.output.startswith(f"{file}: no model '{IRAQ.name}'")
    assert shown.output.rstrip().endswith("; name the folder of its model with --model")
    by_name = CliRunner().invoke(main, ["verify", str(file), "--model", "iraq"])
    assert by_name.output.startswith("--model: no model 'iraq'")


def test_another_version_of_a_library_that_had_no_part_in_it_does_not_count(files, monkeypatch):
    monkeypatch.setattr(record, "libraries", lambda: libraries() | {"python-pptx": "99"})
    assert verify(files / "brief.docx", IRAQ).holds


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"draws":1024', '"draws":1e99', "run.draws: "), ('"draws":1024', '"draws":-1', "run.draws: "),
        ('"draws":1024', '"draws":"12"', "run.draws: "), ('"draws":1024', '"draws":100000000', "run.draws: "),
        ('"seed":20241201', '"seed":-1', "run.seed: "), ('"interval":0.8', '"interval":NaN', "run.interval: "),
        ('"as_of":"', '"as_of":"x', "as_of: "), ('"draws":', '"drawn":', "run.draws: "),
        ('"typst":"', '"typst":"really 90 %', "libraries.typst"),
        ('"libraries":{', '"libraries":{"note":"1",', "libraries.note"),
        ('"libraries":', '"template":{"name":"90 %/x.docx","digest":"0"},"libraries":', "template.name"),
        ('"run":{', '"run":[{', "JSON"), ('"TLP:', '"\\ud83d TLP:', "JSON"),
        ('"facts":', f'"facts":{"[" * 100_000}', "JSON"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_is_refused_on_reading(old, new, told, files, tmp_path):
    """Before any memory is asked for, so that `--since` is told too."""
    text = (files / "brief.md").read_text("utf-8")
    assert old in text
    (tmp_path / "x.md").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(NoRecord, match="the run record in it cannot be read") as caught:
        read(tmp_path / "x.md")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"p":0.21', '"p":0.31', "israeli_strike: recorded unlikely, 31 %"),
        ('"p":0.21', '"p":0.199', "israeli_strike: recorded unlikely, 19.9 %"),
        ('"scenario_digest":"', '"scenario_digest":"x', "scenario digest"),
        ('"lexicon":"icd203"', '"lexicon":"phia"', "lexicon is not what the model gives: phia, not icd203"),
        ('"interval":0.8', '"interval":0.9', "interval"),
        ('"p_evidence":0', '"p_evidence":1', "p evidence"),
        ('"facts":{"framing":"', '"facts":{"framing":"not ', "facts"),
        ('"N1":"', '"N1":"0', "statements"),
    ],
)
def test_a_field_of_the_record_that_the_model_does_not_give_is_found(old, new, told, files, tmp_path):
    """A later briefing is compared with these, so that they count like what is printed."""
    text = (files / "brief.md").read_text("utf-8")
    assert old in text
    (tmp_path / "x.md").write_text(text.replace(old, new, 1), "utf-8")
    found = verify(tmp_path / "x.md", IRAQ)
    assert len(found.figures) == 1
    assert told in found.figures[0]
    assert not found.passages


def test_what_is_no_briefing_is_said(tmp_path):
    (tmp_path / "x.md").write_text("# Nothing\n", "utf-8")
    with pytest.raises(NoRecord, match="carries no run record"):
        read(tmp_path / "x.md")
    for form in ("pdf", "docx", "pptx"):
        (tmp_path / f"x.{form}").write_bytes(b"junk")
        with pytest.raises(NoRecord, match=f"is no {form.upper()} file"):
            read(tmp_path / f"x.{form}")
    (tmp_path / "x.txt").write_text("x", "utf-8")
    with pytest.raises(NoRecord, match=r"no briefing is written as \.txt"):
        read(tmp_path / "x.txt")


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_files_that_broke_it_once_get_an_answer(name):
    shown = CliRunner().invoke(main, ["verify", str(CASES / name), "--model", str(ROOT / "tests" / "data" / "small")])
    assert shown.exit_code == 1
    assert isinstance(shown.exception, SystemExit)
    assert not shown.output.endswith(": holds\n")
    assert "\x1b" not in shown.output


def bomb(size):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("customXml/item1.xml", bytes(size))
    return out.getvalue()


def test_what_would_take_too_much_memory_is_refused(tmp_path):
    for form in ("docx", "pptx"):
        with pytest.raises(NoRecord, match="it unpacks to 256 MB, and at most 16 MB are read"):
            record_in(bomb(2**28), form, "x")
    with (tmp_path / "x.md").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(NoRecord, match="is larger than 64 MB"):
        read(tmp_path / "x.md")


SLOW = {
    "attributes": ("html", b"<a " + b" ".join(b"a%d" % k for k in range(120_000)) + b">"),
    "openings": ("md", b"<!-- tocsin-record: " * 50_000),
    "metas": ("html", b'<meta name="tocsin-record" content="' * 27_000),
    "ampersands": ("html", b'<meta name="tocsin-record" content="' + b"&#" * 450_000 + b'">'),
}


@pytest.mark.parametrize(("form", "content"), SLOW.values(), ids=SLOW)
def test_what_would_take_long_is_given_up(form, content):
    start = process_time()
    with pytest.raises(NoRecord):
        record_in(content, form, "x")
    with contextlib.suppress(UnreadableBriefing):
        words_of(content, form)
    assert process_time() - start < 2
