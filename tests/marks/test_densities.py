"""Two densities in one picture."""

import re
import xml.etree.ElementTree as ET

import pytest

from tocsin.elicitation.distributions import Fixed, NormalOnLine
from tocsin.marks.densities import HEIGHT, WIDTH, densities


def peaks(svg):
    """Where each of the two lines is highest, 0 at the left and 1 at the right."""
    found = []
    for path in re.findall(r' d="M([^"Z]*)', svg):
        points = [tuple(map(float, pair.split(","))) for pair in path.split("L")]
        curve = [(x, y) for x, y in points if y < HEIGHT]
        found.append(min(curve, key=lambda point: point[1])[0] / WIDTH)
    return found


def test_a_prior_that_rises_moves_to_the_right():
    before, after = peaks(densities(NormalOnLine("chance", -1.5, 0.6), NormalOnLine("chance", 1.5, 0.6), "moved"))
    assert before < 0.4
    assert after > 0.6


@pytest.mark.parametrize("one", [Fixed(0.2), NormalOnLine("chance", -1.0, 0.9)])
def test_it_is_one_svg_with_its_label_escaped(one):
    root = ET.fromstring(densities(one, Fixed(0.3), 'a < "b"'))
    assert root.attrib["aria-label"] == 'a < "b"'
    assert not re.search("nan|inf", ET.tostring(root, "unicode"))
