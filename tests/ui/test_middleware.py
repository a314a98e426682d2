"""Answers leave at once, on a socket that was bound as Streamlit binds it."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tocsin.ui.middleware import MIDDLEWARE, NoDelay, connection_of


def told(*middleware: Middleware) -> str:
    """What a request finds its connection set to, served as Streamlit serves."""

    async def option(request: Any) -> PlainTextResponse:
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


def test_without_help_they_wait() -> None:
    assert told() == "0"


def test_every_answer_leaves_at_once() -> None:
    assert told(Middleware(NoDelay)) == "1"
    assert NoDelay in [one.cls for one in MIDDLEWARE]


def test_a_server_of_another_kind_is_left_alone() -> None:
    async def receive() -> dict[str, Any]:
        return {}

    assert connection_of(receive) is None
