"""Settings and start of the server; answers leave at once, on a socket that was bound as Streamlit binds it."""

import http.client
import socket
import threading
import time
import tomllib
import urllib.error
import urllib.request

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.conftest import ROOT
from tocsin.errors import TocsinError
from tocsin.ui.server import ADDRESS, MIDDLEWARE, OPTIONS, NoDelay, connection_of, serve


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def test_the_clone_and_the_package_have_the_same_settings():
    config = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    assert (ROOT / "tocsin" / "ui" / "streamlit.toml").read_text("utf-8") == config
    assert dict(flat(tomllib.loads(config))) == OPTIONS


def test_streamlit_knows_every_setting():
    from streamlit import config

    known = set(config.get_config_options())
    assert set(OPTIONS) <= known


def test_nothing_is_fetched_or_told_elsewhere():
    assert OPTIONS["browser.gatherUsageStats"] is False
    assert OPTIONS["server.address"] == "127.0.0.1"
    assert not [value for value in OPTIONS.values() if "://" in str(value)]


def test_a_taken_port_is_told():
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TocsinError, match=f"port {port} on 127.0.0.1 cannot be used"):
            serve(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_cannot_be_is_told(port):
    with pytest.raises(TocsinError, match="choose one from 1 to 65535"):
        serve(port)


def test_every_answer_carries_the_policy(address):
    for path in ("/", "/why", "/_stcore/health"):
        with urllib.request.urlopen(f"{address}{path}") as response:
            policy = response.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-eval'" not in policy.replace("wasm-unsafe-eval", "")
            assert response.headers["x-content-type-options"] == "nosniff"


def delay_option(*middleware):
    """What a request finds its connection set to, served as Streamlit serves."""

    async def option(request):
        connection = connection_of(request.receive)
        return PlainTextResponse(str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

    bound = socket.socket(socket.AF_INET)
    bound.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", option)], middleware=middleware)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    client = http.client.HTTPConnection(*bound.getsockname())
    client.request("GET", "/")
    answer = client.getresponse().read().decode()
    client.close()
    server.should_exit = True
    thread.join(20)
    return answer


def test_without_help_they_wait():
    assert delay_option() == "0"


def test_every_answer_leaves_at_once():
    assert delay_option(Middleware(NoDelay)) == "1"
    assert NoDelay in [one.cls for one in MIDDLEWARE]


def test_a_server_of_another_kind_is_left_alone():
    async def receive():
        return {}

    assert connection_of(receive) is None
