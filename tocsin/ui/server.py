"""Answers leave at once: TCP_NODELAY for each connection.

Streamlit binds its socket itself, with no protocol named, and for such sockets asyncio leaves Nagle's algorithm on;
every answer but a connection's first then waits 40 ms for the other side's acknowledgement (uvicorn's issue 3149).
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError

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


ADDRESS = "127.0.0.1"
SCRIPT = Path(__file__).with_name("script.py")
"""What is shown; the same as in `guard.py`, which imports more than a command line should."""

_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"

OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "server.address": ADDRESS,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.maxUploadSize": 20,
    "server.showEmailPrompt": False,
    "theme.font": _FONT,
    "theme.baseFontSize": 15,
    "theme.baseRadius": "0.4rem",
    "theme.headingFontSizes": ["1.6rem", "1.35rem", "1.2rem", "1rem", "1rem", "1rem"],
    "theme.paddingTop": "1.2rem",
    "theme.paddingBottom": "3rem",
    "theme.light.primaryColor": "#1d4a7d",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f6f8",
    "theme.light.textColor": "#1b2733",
    "theme.light.borderColor": "#d5dce3",
    "theme.light.sidebar.backgroundColor": "#f4f6f8",
    "theme.light.sidebar.secondaryBackgroundColor": "#ffffff",
    "theme.dark.primaryColor": "#8fbdec",
    "theme.dark.backgroundColor": "#11181f",
    "theme.dark.secondaryBackgroundColor": "#1d2832",
    "theme.dark.textColor": "#e4eaf0",
    "theme.dark.borderColor": "#35424e",
    "theme.dark.sidebar.backgroundColor": "#172029",
    "theme.dark.sidebar.secondaryBackgroundColor": "#1d2832",
}
"""What `.streamlit/config.toml` says in a clone, for an installed package; a test holds the two together."""


def serve(port: int) -> None:
    """Run the app until it is stopped. Raises TocsinError where it cannot start."""
    if not 1 <= port <= 65535:
        raise TocsinError(f"there is no port {port}; choose one from 1 to 65535")
    _require_free(port)
    from streamlit.web import bootstrap

    options = {**OPTIONS, "server.port": port}
    bootstrap.load_config_options(options)
    bootstrap.run_asgi_app(str(SCRIPT), "tocsin.ui.asgi:app", [], options)


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
