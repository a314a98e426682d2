"""The browser's face: `streamlit run app.py`, or `tocsin app`. Pages are in `tocsin/ui/`, one per file."""

import streamlit as st

from tocsin.ui.main import main
from tocsin.ui.server import MIDDLEWARE, SCRIPT, is_page_run, lifespan

# `streamlit run` looks for a call of `st.App` in this file. Run as a page itself, as by AppTest, it is the page.
if is_page_run():
    main()
else:
    app = st.App(SCRIPT, middleware=MIDDLEWARE, lifespan=lifespan)
