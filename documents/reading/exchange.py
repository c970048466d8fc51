"""A `Source` as JSON: what the reading process hands to the program, and what the library keeps of files that are slow to read."""

import json
from typing import Any

from documents.cleaning import Block, PlacedLine
from documents.reading.source import Source, SourcePage


def to_json(source: Source) -> str:
    """`source` on one line of JSON, without white space."""
    value = {
        "format": source.format,
        "encoding": source.encoding,
        "warnings": source.warnings,
        "pages": [[p.number, p.width, p.height, p.confidence] for p in source.pages],
        "blocks": [_written(b) for b in source.blocks],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Source:
    """The source that `to_json` wrote.

    Raises:
        ValueError: the text is none.
    """
    try:
        value = json.loads(text)
        return Source(
            value["format"],
            tuple(_read(b) for b in value["blocks"]),
            value["encoding"],
            tuple(value["warnings"]),
            tuple(SourcePage(*p) for p in value["pages"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no source as written by `to_json`: {text[:60]!r}") from error


def _written(block: Block) -> dict[str, Any]:
    # What a block has not is left out: most have a text and lines only.
    value: dict[str, Any] = {"t": block.text}
    optional = {"m": block.marked, "n": block.note, "c": block.cells, "h": block.columns, "p": block.page}
    value |= {name: given for name, given in optional.items() if given or given == 0 and given is not False}
    if block.lines:
        value["l"] = [[x.start, x.end, x.page, x.left, x.top, x.right, x.bottom] for x in block.lines]
    return value


def _read(value: dict[str, Any]) -> Block:
    return Block(
        value["t"],
        value.get("m", False),
        value.get("n"),
        tuple((a, b) for a, b in value.get("c", ())),
        tuple(value.get("h", ())),
        value.get("p"),
        tuple(PlacedLine(*x) for x in value.get("l", ())),
    )
