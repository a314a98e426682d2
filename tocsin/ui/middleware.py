"""What the server does with every request: answers leave at once, and none lets the page load from elsewhere.

Streamlit binds its socket itself, with no protocol named, and for such sockets asyncio leaves Nagle's algorithm on;
every answer but a connection's first then waits 40 ms for the other side's acknowledgement (uvicorn's issue 3149).

Streamlit needs `unsafe-inline` for styles and `blob:` for the scripts of components; the one script in its own page is
allowed by its hash, and no text is evaluated.
"""

from __future__ import annotations

import base64
import hashlib
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from starlette.middleware import Middleware

from tocsin.ui.streamlit_internals import METRICS, inline_scripts

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


class Guard:
    """ASGI middleware that adds the headers, and keeps the server's metrics to itself."""

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

        if scope["path"].endswith(METRICS):
            await guarded({"type": "http.response.start", "status": 404, "headers": []})
            await guarded({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, guarded)


MIDDLEWARE = (Middleware(NoDelay), Middleware(Guard))
