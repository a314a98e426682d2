"""What every answer of the server carries: a policy that lets the page load nothing from elsewhere, nor be framed.

Streamlit needs `unsafe-inline` for styles and `blob:` for the scripts of components; the one script in its own page is
allowed by its hash, and no text is evaluated.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.middleware import Middleware

from tocsin.ui.server import Application, Message, NoDelay, Receive, Send

SCRIPT = Path(__file__).with_name("script.py")


def inline_scripts() -> list[str]:
    """Hashes of the scripts that stand in Streamlit's own page, which alone may run in place."""
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    found = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page.read_text("utf-8"), re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in found)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


POLICY = "; ".join(
    (
        "default-src 'self'",
        " ".join(("script-src 'self' blob: 'wasm-unsafe-eval'", *inline_scripts())),
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

        if scope["path"].endswith("/_stcore/metrics"):
            await guarded({"type": "http.response.start", "status": 404, "headers": []})
            await guarded({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, guarded)


MIDDLEWARE = (Middleware(NoDelay), Middleware(Guard))
