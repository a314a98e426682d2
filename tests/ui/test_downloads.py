"""Every button that gives a file, pressed in a real browser."""

from pathlib import Path

import pytest

from tests.conftest import IRAQ
from tests.ui.browsing import Visit, settled
from tocsin.files import load_model, load_scenario

FORMATS = ["PDF", "DOCX", "PPTX", "HTML", "MD"]
TABLE = b"framing,lebanon_truce\ncasus_belli,holds\nnowhere,holds\n"
# No font of ours has it, and a document cannot leave it out.
UNPRINTABLE = "scenario: old\ntitle: An \U00013000 of old\nmodel: iraq-syria-2024\n"


def taken(page, button, folder):
    with page.expect_download(timeout=60_000) as saving:
        button.click()
    path: Path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    settled(page)
    return path


def all_taken(page, folder):
    """Every button of the page that gives a file, pressed, with what it gives; the formats stand last."""
    page.get_by_role("button", name="MD", exact=True).wait_for()
    offered = page.locator("[data-testid=stDownloadButton] button, [class*=st-key-take-] button")
    names = offered.all_inner_texts()
    return {name: taken(page, page.get_by_role("button", name=name, exact=True), folder) for name in names}


def test_a_scenario_as_it_is_now_is_saved_as_a_file_and_opened_again(visit, tmp_path):
    page = visit.open()
    for variable in ("Israel's public line on Iraq", "Truce in Lebanon"):
        page.get_by_label(variable, exact=True).select_option("observed")
        page.locator("[data-changed]", has_text=variable).wait_for()
    settled(page)
    page.locator("text=not saved").wait_for()
    page.get_by_role("button", name="Keep as…").click()
    path = taken(page, page.get_by_role("button", name="Save as a YAML file"), tmp_path)
    page.locator("text=not saved").wait_for(state="detached")
    saved = load_scenario(path, load_model(IRAQ))
    assert set(saved.evidence) == {"framing", "lebanon_truce"}
    assert saved.title == "As things stood on 1 December 2024, changed"
    assert saved.description is None
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Shelf and files").click()
    page.locator("input[type=file]").set_input_files(path)
    # Opened from a file, it is what Reset leads back to.
    page.locator("[data-changed]").first.wait_for(state="detached")
    assert page.locator("text=not saved").count() == 0
    assert page.locator(".heading .chips li").count() == 2


def test_a_scenario_taken_from_the_page_briefing_is_saved_too(visit, tmp_path):
    page = visit.open()
    page.get_by_label("Truce in Lebanon", exact=True).select_option("observed")
    page.locator("text=not saved").wait_for()
    settled(page)
    page.get_by_role("link", name="Briefing", exact=True).click()
    path = taken(page, page.get_by_role("button", name="The scenario as YAML"), tmp_path)
    assert set(load_scenario(path, load_model(IRAQ)).evidence) == {"lebanon_truce"}
    page.get_by_role("link", name="Assess", exact=True).click()
    page.locator(".heading .chips li").wait_for()
    assert page.locator("text=not saved").count() == 0


@pytest.mark.parametrize(
    ("path", "more"), [("briefing", {"The answer as JSON", "The scenario as YAML"}), ("compare", set())]
)
def test_every_button_of_a_page_gives_its_file(visit, path, more, tmp_path):
    page = visit.open(path, "[class*=st-key-take-]:has-text('MD')")
    files = all_taken(page, tmp_path)
    assert set(files) == {*FORMATS, *more}
    assert all(file.stat().st_size > 100 for file in files.values())
    assert files["PDF"].read_bytes().startswith(b"%PDF")
    assert page.locator("[role=alert]").count() == 0


def test_every_button_of_a_batch_gives_its_file(visit, tmp_path):
    page = visit.open("batch", "text=Before it is run")
    page.get_by_role("combobox", name="Rows").click()
    page.get_by_role("option", name="a file of my own").click()
    settled(page)
    upload = {"name": "mine.csv", "mimeType": "text/csv", "buffer": TABLE}
    page.locator("input[type=file]").last.set_input_files(upload)
    page.locator("text=Rows that mean nothing and will be left out (1 of the first 2)").wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("text=As a briefing").wait_for()
    settled(page)
    files = all_taken(page, tmp_path)
    assert set(files) == {*FORMATS, "Answers as CSV, exact", "Answers as Excel", "Rows left out"}
    assert files["Answers as Excel"].read_bytes().startswith(b"PK")
    assert len(files["Answers as CSV, exact"].read_text("utf-8").splitlines()) == 2
    assert files["Rows left out"].read_text("utf-8").splitlines()[1].startswith("mine.csv,3,")
    # The file stays chosen when one comes back to the page.
    page.get_by_role("link", name="Method", exact=True).click()
    page.locator("text=How the numbers are made").wait_for()
    page.get_by_role("link", name="Batch", exact=True).click()
    page.locator("text=“mine.csv”, uploaded before.").wait_for()


def test_a_file_that_cannot_be_made_says_why(browser, address, tmp_path):
    reader = Visit(browser, address)
    page = reader.open("briefing", "text=As a briefing")
    page.get_by_role("button", name="Shelf and files").click()
    upload = {"name": "old.yaml", "mimeType": "application/yaml", "buffer": UNPRINTABLE.encode()}
    page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(upload)
    page.locator("text=of old").first.wait_for()
    settled(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="PDF", exact=True).click()
    problem = page.locator("[role=alert]", has_text="No file came of this.")
    problem.wait_for()
    assert "font" in problem.inner_text() or "letter" in problem.inner_text()
    # The others are to be had all the same.
    assert taken(page, page.get_by_role("button", name="MD", exact=True), tmp_path).stat().st_size > 100
    assert problem.count() == 0
    reader.context.close()
