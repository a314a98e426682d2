"""What is leaned on in Streamlit without its promise is there."""

import gc
import inspect
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.ui.driving import sound, start
from tocsin.ui import server
from tocsin.ui.server import POLICY


def test_a_script_knows_whether_it_is_run_as_a_page():
    def script():
        import streamlit as st

        from tocsin.ui.server import is_page_run

        st.text(str(is_page_run()))

    assert AppTest.from_function(script).run().text[0].value == "True"
    assert not server.is_page_run()


@pytest.mark.parametrize("file", ["app.py", "tocsin/ui/asgi.py"])
def test_streamlit_finds_the_app_in_its_files(file):
    from streamlit.web.server.app_discovery import discover_asgi_app

    found = discover_asgi_app(ROOT / file)
    assert found.is_asgi_app
    assert found.app_name == "app"


def test_a_server_can_be_started_as_streamlit_s_own_command_does():
    from streamlit.web import bootstrap

    assert list(inspect.signature(bootstrap.load_config_options).parameters) == ["flag_options"]
    expected = ["main_script_path", "app_import_string", "args", "flag_options"]
    assert list(inspect.signature(bootstrap.run_asgi_app).parameters) == expected


def test_the_page_s_own_script_is_found_and_allowed():
    scripts = server.inline_scripts()
    assert scripts
    assert len(re.findall("'sha256-[^']+'", POLICY)) == len(scripts)


def test_metrics_are_where_they_are_kept_from_people(address):
    from streamlit.web.server.starlette import starlette_routes

    assert f"/{starlette_routes.ROUTE_METRICS}" == server.METRICS
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}{server.METRICS}")


def test_it_is_known_whose_cookie_and_whose_file_it_is(monkeypatch):
    """A test in a browser with two readers (test_access.py) goes the whole way."""
    from streamlit import runtime
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.media_file_manager import MediaFileManager
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
    from streamlit.web.server import server_util
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    monkeypatch.setattr(server_util, "get_cookie_secret", lambda: "secret")
    monkeypatch.setattr("streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: "secret")
    signed = create_signed_value("secret", USER_COOKIE_NAME, '{"email": "a@example.org"}').decode()
    assert server.claims_in({USER_COOKIE_NAME: signed}) == {"email": "a@example.org"}
    assert server.claims_in({USER_COOKIE_NAME: signed[:-1]}) == server.claims_in({}) == {}

    media = MediaFileManager(MemoryMediaFileStorage("/media"))
    address = media.add(b"a", "text/csv", "0.0", file_name="a.csv", is_for_static_download=True)
    (held,) = media._files_by_session_and_coord.values()
    session = SimpleNamespace(id="7", _user_info={"email": "a@example.org"})
    media._files_by_session_and_coord = {"7": held, "8": {}}
    sessions = [session, SimpleNamespace(id="8", _user_info={"email": "b@example.org"})]
    manager = SimpleNamespace(list_active_sessions=lambda: [SimpleNamespace(session=held) for held in sessions])
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=media, _session_mgr=manager))
    assert address.startswith(server.MEDIA)
    assert server.holders_of(Path(address).stem) == [{"email": "a@example.org"}]
    assert server.holders_of("0" * 56) == []
    assert "_user_info" in inspect.getsource(AppSession)
    assert "_session_mgr" in inspect.getsource(runtime.Runtime)


def test_every_element_of_streamlit_s_that_is_styled_is_drawn_by_it():
    style = (ROOT / "tocsin" / "ui" / "style.css").read_text("utf-8")
    names = set(re.findall(r"\[data-testid=(\w+)\]", style))
    scripts = Path(streamlit.__file__).with_name("static").rglob("*.js")
    code = "".join(script.read_text("utf-8") for script in scripts)
    assert names
    assert [name for name in names if name not in code and name.replace("Button-primary", "Button-") not in code] == []
    assert "data-tag-index" in code


def test_garbage_is_collected_after_every_run():
    from streamlit.runtime.scriptrunner import script_runner

    assert "gc.collect" in inspect.getsource(script_runner)


def test_what_a_page_loads_later_is_kept_out_of_garbage_collection_too(monkeypatch):
    app = start()
    loaded = ModuleType("loaded_later")
    loaded.held = [[]]
    assert any(found is loaded.held for found in gc.get_objects())
    monkeypatch.setitem(sys.modules, "loaded_later", loaded)
    sound(app.run())
    assert not any(found is loaded.held for found in gc.get_objects())
