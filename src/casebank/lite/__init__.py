"""Labs and exercises in the browser: JupyterLite and Pyodide as static files under ``/lite/``."""
