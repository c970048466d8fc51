"""Reading files: bytes of some format -> a `Source`, the blocks of its text in reading order.

`documents.reading.dispatch.read` tells the format by the content and hands the bytes to that format's reader.
"""
