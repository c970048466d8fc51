"""Answering: understanding a question, composing a cited answer or a refusal, the command line and the web page."""
