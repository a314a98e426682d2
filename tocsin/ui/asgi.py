"""The app for an ASGI server: `tocsin app` runs it, and so can a team's own (`uvicorn tocsin.ui.asgi:app`)."""

from streamlit.starlette import App

from tocsin.ui.preload import lifespan
from tocsin.ui.security_headers import MIDDLEWARE, SCRIPT

app = App(SCRIPT, middleware=MIDDLEWARE, lifespan=lifespan)
