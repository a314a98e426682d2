"""The app, driven by its labels and without a browser."""

import json
import re
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT

_SELECT = re.compile(r"<select([^>]*)>(.*?)</select>", re.DOTALL)
_OPTION = re.compile(r"<option([^>]*)>(.*?)</option>", re.DOTALL)
_BOX = re.compile(r'<input type="number"([^>]*)>')
_STATE = re.compile(r'<button [^>]*data-set="seen"[^>]*>')
_EDGE = re.compile(r'<span class="edge"[^>]*>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def start():
    return sound(AppTest.from_file(ROOT / "app.py", default_timeout=60).run())


def alone(name):
    """One page by the name of its module, not run yet."""
    module, _, function = name.partition(":")
    return AppTest.from_string(
        f"from tocsin.ui import {module}\n\n{module}.{function or 'page'}()\n", default_timeout=60
    )


def sound(app):
    assert not app.exception
    return app


def parts(app):
    for one in app.get("bidi_component"):
        found: dict[str, str] = {name: part for name, part in json.loads(one.proto.json).items() if name != "seen"}
        if "cards" in found:
            return found
    return {}


def html(app):
    """All that is sent as HTML, with plain spaces before percent signs."""
    drawn = (json.loads(one.proto.json).get("html", "") for one in app.get("bidi_component"))
    return "\n".join([*(part.value for part in app.html), *drawn, *parts(app).values()]).replace("\u00a0", " ")


def p(app, outcome):
    found = re.search(rf'data-outcome="{outcome}" data-p="([0-9.]+)"', html(app))
    assert found, f"no card for {outcome}"
    return float(found[1])


def send(app, **event):
    """What the browser sends when something in the live panel is turned or asked for."""
    number = app.session_state.get("seen", 0) + 1
    app.session_state["bench"] = {"event": {"n": number, "gesture": number, **event}}
    return sound(app.run())


def choose(app, label, option):
    """Choose an option, both as they are read on the page."""
    for box in app.selectbox:
        if box.label == label:
            return sound(box.select_index(box.options.index(option)).run())
    control = controls(app)[label]
    return send(app, set=control["data-set"], of=control["data-of"], value=control["options"][option])


def controls(app):
    """The selects of the live panel by their labels, with `options` by their words and the one `chosen`."""
    found = {}
    for head, body in _SELECT.findall(parts(app).get("evidence", "")):
        attributes: dict[str, Any] = _attributes(head)
        options = {unescape(told): _attributes(inner) for inner, told in _OPTION.findall(body)}
        attributes["options"] = {told: each["value"] for told, each in options.items()}
        attributes["chosen"] = next((told for told, each in options.items() if "selected" in each), None)
        found[attributes["aria-label"]] = attributes
    return found


def control(app, key):
    """A widget of Streamlit's own whose value the session holds."""
    widgets = (*app.checkbox, *app.slider, *app.selectbox, *app.toggle)
    return next(one for one in widgets if (one.key or "").partition("~")[0] == key)


def sliders(app):
    """The exact values of beliefs, by what they are of."""
    return {box["aria-label"]: int(box["value"]) for box in _boxes(app)}


def slide(app, label, to, **event):
    box = next(box for box in _boxes(app) if box["aria-label"] == label)
    return send(app, set=box["data-set"], of=box["data-of"], value=str(to), **event)


def _boxes(app):
    for head in _BOX.findall(parts(app).get("evidence", "")):
        yield _attributes(head)


def states(app, variable):
    """The buttons of a variable's states: whether each is pressed."""
    found = map(_attributes, _STATE.findall(parts(app)["evidence"]))
    return {state["value"]: state["aria-pressed"] == "true" for state in found if state["data-of"] == variable}


def see(app, variable, state):
    """Click a state."""
    assert state in states(app, variable)
    return send(app, set="seen", of=variable, value=state)


def edges(app, variable):
    """The boundaries of a variable's bar."""
    found = map(_attributes, _EDGE.findall(parts(app)["evidence"]))
    return [edge for edge in found if edge["data-of"] == variable]


def drag(app, variable, number, to, **event):
    """Move a boundary."""
    edge = edges(app, variable)[number]
    return send(app, set=edge["data-set"], of=variable, value=str(to), **event)


def _attributes(text):
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def click(app, key):
    return sound(app.button(key=key).click().run())


def ask(app, what, of=None):
    return send(app, ask=what, **({"of": of} if of else {}))
