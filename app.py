"""The browser's face: `streamlit run app.py`, or `tocsin app`. Pages are in `tocsin/ui/`, one per file."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tocsin.ui.main import main
from tocsin.ui.preload import lifespan
from tocsin.ui.security_headers import MIDDLEWARE, SCRIPT

app = st.App(SCRIPT, middleware=MIDDLEWARE, lifespan=lifespan)

# Where this file itself is run as a page, as by Streamlit's AppTest, it is the page.
if get_script_run_ctx(suppress_warning=True) is not None:
    main()
