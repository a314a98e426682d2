"""What is leaned on in Streamlit without its promise; a test for each shows what a new version took away.

Two more stand where they are used: the names in `style.css` of elements that Streamlit draws, and that it collects all
garbage after every run (`cache.spare_collector`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

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
