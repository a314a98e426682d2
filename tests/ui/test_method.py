"""The page for sceptics."""

import platform

import streamlit

from tests.ui.driving import alone, html, sound
from tocsin import __version__


def test_it_tells_what_pins_the_answer_the_words_in_use_and_the_versions(at_root):
    app = sound(alone("method").run())
    assert __version__ in html(app)
    assert "20241201" in html(app)
    assert "Independence: " in html(app)
    assert "Russian and Iranian help" in html(app)
    assert any("The rule of hindsight" in part.value for part in app.markdown)
    page = html(app).replace("\u00a0", " ")
    assert "Intelligence Community Directive 203" in page
    rows = page.split('class="figure-row"')
    unlikely = next(row for row in rows if ">unlikely <" in row)
    assert "20–45 %" in unlikely
    # The survey's readers mean 5 to 30 % by it (CAPphrase, doi 10.5281/zenodo.18750055).
    assert "5–30 %" in unlikely
    assert "often taken otherwise" in unlikely
    assert "often taken otherwise" not in next(row for row in rows if ">likely <" in row)
    assert platform.python_version() in page
    assert streamlit.__version__ in page
    assert f"digest {app.session_state.scenario.digest[:16]}" in page
