"""Charts and tables of the pages in a real browser: sorted by headings, taken away as files."""

import csv
import io
import struct

import pytest

from tests.ui.browsing import barriers, settled
from tests.ui.test_settings import pick


def ran(visit, rows):
    page = visit.open("batch", "text=Before it is run")
    pick(page, "Rows", rows)
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("text=/rows? answered in/").first.wait_for()
    settled(page)
    return page


def taken(page, menu, kind, tmp_path):
    menu.locator("summary").click()
    with page.expect_download() as saving:
        menu.get_by_role("button", name=kind).click()
    path = tmp_path / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def test_a_chart_is_taken_away_as_svg_png_and_figures(visit, tmp_path):
    page = ran(visit, "How far each outcome follows the belief that Israel calls Iraq a reason for force")
    menu = page.locator("figure.plots details.take")
    svg = taken(page, menu, "SVG", tmp_path)
    stem = "iraq-syria-2024_belief-in-casus-belli_outcomes-by-israel-s-public-line-on-iraq-belief-in-calls-it"
    assert svg.name == f"{stem}.svg"
    text = svg.read_text("utf-8")
    assert text.startswith('<svg class="plot" xmlns=')
    assert "var(" not in text
    png = taken(page, menu, "PNG", tmp_path).read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    drawn = page.evaluate(
        "svg => new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement.outerHTML", text
    )
    assert f'width="{width // 2}"' in drawn
    assert f'height="{height // 2}"' in drawn
    colours = page.evaluate(
        """async (bytes) => {
        const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]))
        const canvas = new OffscreenCanvas(picture.width, picture.height)
        const ink = canvas.getContext('2d')
        ink.drawImage(picture, 0, 0)
        return new Set(new Uint32Array(ink.getImageData(0, 0, picture.width, picture.height).data.buffer)).size
        }""",
        list(png),
    )
    assert colours > 10, "the picture is empty"
    rows = list(csv.reader(io.StringIO(taken(page, menu, "CSV", tmp_path).read_text("utf-8-sig"))))
    assert len(rows) % 101 == 1
    assert all(0 <= float(row[2]) <= 1 for row in rows[1:])
    assert barriers(page) == []


def test_a_table_is_sorted_by_a_click_and_by_keys_and_numbers_count_as_numbers(visit):
    page = ran(visit, "What Baghdad and Beirut can do, in all combinations")
    table = page.get_by_role("region", name="Answers", exact=True).locator("table")
    head = table.locator("th", has_text="Infiltration").first
    column = head.evaluate("head => head.cellIndex")

    def figures():
        cells = table.locator(f"tbody td:nth-child({column + 1})").all_inner_texts()
        return [float(cell.split("%")[0].split(":")[-1].replace("<", "").strip()) for cell in cells]

    given = figures()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert figures() == sorted(given)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert figures() == sorted(given, reverse=True)
    assert table.locator("[aria-sort]").count() == 1


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("why", "text=Which numbers it hangs on"),
        ("briefing", "text=Charts of this answer"),
        ("method", "text=How the numbers are made"),
        ("compare", "text=What is set"),
        ("choices", "text=Costs and stakes"),
    ],
)
def test_charts_of_every_page_have_their_menu(visit, path, there):
    page = visit.open(path, there)
    settled(page)
    charts = page.locator("figure:has(.figure-rows, .plot, .net)").count()
    assert charts == page.locator("figure > details.take").count()
    assert charts


def test_outcomes_network_and_variables_are_taken_away_as_they_stand_after_a_change(visit, tmp_path):
    page = visit.open()
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    page.locator("[data-changed]").wait_for()

    def menu(title):
        return page.locator(
            "details.take", has=page.get_by_role("group", name=f"{title}, as a file", include_hidden=True)
        )

    def rows(title):
        path = taken(page, menu(title), "CSV", tmp_path)
        return path.name, list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))

    name, outcomes = rows("Chart of outcomes")
    assert name == "iraq-syria-2024_baseline-changed_chart-of-outcomes.csv"
    shown = [float(card.get_attribute("data-p")) for card in page.locator("[data-outcome]").all()]
    assert [float(row["p"]) for row in outcomes] == pytest.approx(shown, abs=1e-6)
    assert len(rows("Network")[1]) == page.locator(".net-node").count()
    svg = taken(page, menu("Network"), "SVG", tmp_path).read_text("utf-8")
    assert "Israel's public line on Iraq" in svg.replace("&#x27;", "'")
    page.get_by_role("button", name="Every variable").click()
    signs = [row for row in rows("Indicators")[1] if row["group"] == "Israel's public line on Iraq"]
    assert sorted(float(row["p"]) for row in signs) == [0, 0, 1]
    assert barriers(page) == []
