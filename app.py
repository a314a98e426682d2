"""The browser's face: `streamlit run app.py`, or `tocsin app`."""

from tocsin.ui.main import main

main()
