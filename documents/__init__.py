"""Resolutions as data: reading, normalising, outline, passages, metadata, and the library that holds them."""
