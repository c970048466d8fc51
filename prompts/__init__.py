"""Every text a person or a model is shown that is worth editing without touching code, behind a strict loader."""
