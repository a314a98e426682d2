"""The script that `tocsin app` gives to Streamlit, where there is no clone with `app.py` in it."""

from tocsin.ui.main import main

main()
