"""One set of colours for pages, pictures and paper."""

import re
import tomllib

from tests.conftest import ROOT
from tocsin.marks import palette

STYLE = (ROOT / "tocsin" / "ui" / "style.css").read_text("utf-8")
PAIRS = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", STYLE)}
THEME = tomllib.loads((ROOT / "tocsin" / "ui" / "streamlit.toml").read_text("utf-8"))["theme"]


def test_the_style_sheet_of_the_pages_has_them():
    light = {name: pair[0] for name, pair in PAIRS.items()}
    assert {name: light[name] for name in ("ink", "quiet", "paper", "s0", "s1", "s2", "s3")} == {
        "ink": palette.INK,
        "quiet": palette.QUIET,
        "paper": palette.PAPER,
        **{f"s{place}": shade for place, shade in enumerate(palette.SHADES)},
    }
    assert (light["amber"], light["plum"], light["wire"]) == (palette.FINDING, palette.FORCED, palette.WIRE)


def test_a_colour_of_the_style_sheet_is_written_once():
    rules = STYLE[STYLE.index("}") :]
    assert re.findall(r"light-dark\([^)]*\)", rules) == []


def test_the_theme_is_of_the_style_sheet_s_colours():
    for place, kind in enumerate(("light", "dark")):
        theme = THEME[kind]
        assert theme["textColor"] == PAIRS["ink"][place]
        assert theme["borderColor"] == PAIRS["line"][place]
        assert theme["backgroundColor"] == PAIRS["ground"][place]
        assert theme["secondaryBackgroundColor"] == PAIRS["soft"][place]
    assert THEME["light"]["primaryColor"] == palette.ACCENT
    assert THEME["dark"]["sidebar"]["backgroundColor"] == PAIRS["paper"][1]
    assert THEME["light"]["sidebar"]["secondaryBackgroundColor"] == PAIRS["paper"][0]


def test_the_template_of_paper_has_them():
    brief = (ROOT / "tocsin" / "render" / "brief.typ").read_text("utf-8")
    known = {"ink": palette.INK, "quiet": palette.QUIET, "accent": palette.ACCENT, "line": palette.RULE}
    written = dict(re.findall(r'#let ([\w-]+) = rgb\("(#\w+)"\)', brief))
    assert written == {"line-colour" if name == "line" else name: colour for name, colour in known.items()}
    assert set(re.findall(r"#[0-9a-f]{6}", brief)) - set(known.values()) == {palette.SOFT}
