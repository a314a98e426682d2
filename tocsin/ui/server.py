"""The server: its settings, its start, what it does before the first reader comes, and with every request.

Streamlit binds its socket itself, with no protocol named, and for such sockets asyncio leaves Nagle's algorithm on;
every answer but a connection's first then waits 40 ms for the other side's acknowledgement (uvicorn's issue 3149).

Streamlit needs `unsafe-inline` for styles and `blob:` for the scripts of components; the one script in its own page is
allowed by its hash, and no text is evaluated.

What is leaned on in Streamlit without its promise stands first, with a test for each that shows what a new version took
away. Two more stand where they are used: the names in `style.css` of elements that Streamlit draws, and that it
collects all garbage after every run (`cache.spare_collector`).
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import json
import os
import re
import socket
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request

from tocsin.errors import TocsinError

METRICS = "/_stcore/metrics"
"""Where the server tells its metrics to everybody."""


def is_page_run() -> bool:
    """Whether this thread runs a script as a page; else it only imports it."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    return get_script_run_ctx(suppress_warning=True) is not None


def run_app(script: Path, app: str, options: dict[str, Any]) -> None:
    """Serve an `st.App`, named as uvicorn names it, as `streamlit run` would, until it is stopped."""
    from streamlit.web import bootstrap

    bootstrap.load_config_options(options)
    bootstrap.run_asgi_app(str(script), app, [], options)


def inline_scripts() -> list[str]:
    """The scripts that stand in Streamlit's own page."""
    import streamlit

    page = Path(streamlit.__file__).with_name("static") / "index.html"
    return re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page.read_text("utf-8"), re.DOTALL)


MEDIA = "/media/"
"""Where the server hands out files, to everybody who knows a file's address."""


def claims_in(cookies: dict[str, str]) -> dict[str, Any]:
    """What a request's cookie says of who is logged in; nothing without one that the server has signed."""
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette import starlette_websocket
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    if not get_cookie_secret():
        return {}
    found = starlette_websocket._get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
    return json.loads(found) if found else {}


def holders_of(file: str) -> list[dict[str, Any]]:
    """The claims of those to whom a file's address was given in a session that still goes on."""
    from streamlit.runtime import get_instance

    runtime = get_instance()
    held = runtime.media_file_mgr._files_by_session_and_coord
    sessions = [info.session for info in runtime._session_mgr.list_active_sessions()]
    return [dict(session._user_info) for session in sessions if file in held.get(session.id, {}).values()]


SCRIPT = Path(__file__).with_name("asgi.py")
"""What is shown."""


def _settings(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots between their parts, as Streamlit has them."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


OPTIONS = dict(_settings(tomllib.loads(Path(__file__).with_name("streamlit.toml").read_text("utf-8"))))
"""The settings, theme included; a clone has the same file as `.streamlit/config.toml`, where `streamlit run` looks."""
ADDRESS: str = OPTIONS["server.address"]

ARENAS, LARGE = 1, 2**18
"""Places where threads find memory, and bytes from which a piece is given back as soon as it is free."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Names of glibc's settings (mallopt, malloc.h)."""


EDIT = "TOCSIN_EDIT"
"""Variable of the environment: `yes` lets the pages write into the model's files, `no` does not."""


def serve(port: int, edit: bool | None = None, access: Path | None = None) -> None:
    """Run the app until it is stopped. Raises TocsinError where it cannot start.

    edit: whether pages write into the model's files; None leaves it to `editing.can_save`. access: the file that says
    who may do what.
    """
    from tocsin.files.places import ACCESS

    if access is not None:
        os.environ[ACCESS] = str(access.resolve())
    if os.environ.get(ACCESS):
        from tocsin.ui.access import require_usable

        require_usable()
    if edit is not None:
        os.environ[EDIT] = "yes" if edit else "no"
    if not 1 <= port <= 65535:
        raise TocsinError(f"there is no port {port}; choose one from 1 to 65535")
    _require_free(port)
    run_app(SCRIPT, "tocsin.ui.asgi:app", {**OPTIONS, "server.port": port})


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        # As servers bind, so that a port just left by another one counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            what = error.strerror or str(error)
            raise TocsinError(
                f"port {port} on {ADDRESS} cannot be used ({what}); choose another with --port"
            ) from error


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Begin to load when the server starts; it does not wait for the end of that."""
    give_back()
    Thread(target=preload, name="preload", daemon=True).start()
    yield


def give_back() -> None:
    """Let memory that is free again go back to the system.

    Every run of the script is a thread, and glibc gives each an arena of its own that keeps what was freed in it: a
    server would hold the largest explanation once per arena. Other systems do without.
    """
    with suppress(OSError, AttributeError):
        settings = ctypes.CDLL("libc.so.6").mallopt
        settings(_M_ARENA_MAX, ARENAS)
        settings(_M_MMAP_THRESHOLD, LARGE)


def preload() -> None:
    """What the first reader would wait for: the first page and its answer. Other pages are imported when asked for."""
    from tocsin.ui import answer_panel, cache

    # What is wrong with a model is told on the page, which reads it anew.
    with suppress(TocsinError, OSError):
        if folders := cache.model_folders():
            model = cache.load_model(folders[0])
            answer = cache.answer(model, cache.presets(model)[0])
            answer_panel.cards(model, answer, next(iter(answer.outcomes)))
            cache.network(model)
    import_module("tocsin.ui.assess")


Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class NoDelay:
    """ASGI middleware; on a server that is not uvicorn it does nothing."""

    def __init__(self, app: Application):
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        # A proxy on a Unix socket has no such option.
        with suppress(OSError):
            if (connection := connection_of(receive)) is not None:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


def connection_of(receive: Receive) -> Any:
    """The socket behind a request, None where the server is not uvicorn, whose `receive` belongs to what has it."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    return transport.get_extra_info("socket") if transport is not None else None


def _hash(script: str) -> str:
    """What a policy names a script by that may run in place."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


POLICY = "; ".join(
    (
        "default-src 'self'",
        " ".join(("script-src 'self' blob: 'wasm-unsafe-eval'", *map(_hash, inline_scripts()))),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


def is_media(path: str) -> bool:
    """Whether a path is of a file that was made for a reader; fonts and pictures of Streamlit's own page are none."""
    from streamlit import config

    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return path.startswith(f"/{base}{MEDIA}" if base else MEDIA)


def may_fetch(scope: Message) -> bool:
    """Whether a file is for who asks for it: where rights are given, for the one reader for whom it was made."""
    from tocsin.ui import access

    try:
        rules = access.rules()
    except TocsinError:
        return False
    if rules is None:
        return True
    who = access.reader_of(rules, claims_in(Request(scope).cookies))
    file = PurePosixPath(scope["path"]).stem
    return bool(who.name) and any(access.reader_of(rules, claims).name == who.name for claims in holders_of(file))


class Guard:
    """ASGI middleware that adds the headers, and keeps metrics to itself and a reader's files to that reader."""

    def __init__(self, app: Application):
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on; HTTP answers get the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                held = {name.lower() for name, _ in message["headers"]}
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in held)]
            await send(message)

        refused = is_media(scope["path"]) and not may_fetch(scope)
        if refused or scope["path"].endswith(METRICS):
            await guarded({"type": "http.response.start", "status": 404, "headers": []})
            await guarded({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, guarded)


MIDDLEWARE = (Middleware(NoDelay), Middleware(Guard))
