"""The app and its page where there is no clone with `app.py` in it, or for a server of a team's own.

`tocsin app` and `uvicorn tocsin.ui.asgi:app` import this file; Streamlit runs the same file for each change of a page.
"""

import streamlit as st

from tocsin.ui.main import main
from tocsin.ui.server import MIDDLEWARE, SCRIPT, is_page_run, lifespan

if is_page_run():
    main()
else:
    app = st.App(SCRIPT, middleware=MIDDLEWARE, lifespan=lifespan)
