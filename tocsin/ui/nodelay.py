"""Answers leave at once: TCP_NODELAY for each connection.

Streamlit binds its socket itself, with no protocol named, and for such sockets asyncio leaves Nagle's algorithm on;
every answer but a connection's first then waits 40 ms for the other side's acknowledgement (uvicorn's issue 3149).
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

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
