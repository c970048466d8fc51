"""The web page: Gradio on a server of our own. `serving` puts it together and serves it."""
