"""`tocsin app`: the sliders."""

from __future__ import annotations

import click

from tocsin.cli.question import command


@command()
@click.option("--port", default=8501, show_default=True, help="Port on this machine.")
def app(port: int) -> None:
    """Open the sliders in a browser."""
    from tocsin.errors import require

    require("The browser", "streamlit")
    from tocsin.ui.server import serve

    serve(port)
