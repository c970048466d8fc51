"""Tables on a page: rules that cross make a grid, the pieces of text between them the cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.cleaning import Block
from documents.reading.grid import Cell, Row, Table
from documents.reading.page import Box, Page, Piece, around

_SLACK = 3.0  # points by which rules may miss one another
_TWIPS = 20  # in a point: the unit of `documents.reading.grid`
_MOST_EDGES = 300  # of one grid, in either direction

Fill = Callable[[Sequence[Piece], Box], list[Block]]
"""The blocks of the pieces in one cell, which lies in the box."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A table and where it lies on its page."""

    table: Table
    box: Box
    page: int
    edges: tuple[float, ...]
    """Its upright edges, left to right."""
    heading: bool = False


def tables_of(page: Page, fill: Fill) -> tuple[list[Placed], list[Piece]]:
    """The tables of a page, from the top down, and the pieces that stand outside of them."""
    rest = list(page.pieces)
    found: list[Placed] = []
    for rules in _grids(page.rules):
        box = around(rules)
        xs = _edges([r.centre for r in rules if r.height > r.width])
        ys = _edges([r.middle for r in rules if r.width >= r.height])
        if len(xs) < 3 or len(ys) < 2 or len(xs) > _MOST_EDGES or len(ys) > _MOST_EDGES:
            continue
        inside = [p for p in rest if box.holds(p.box.centre, p.box.middle)]
        if not inside:
            continue
        rest = [p for p in rest if not box.holds(p.box.centre, p.box.middle)]
        found.append(Placed(_table(rules, xs, ys, inside, fill), box, page.number, tuple(xs)))
    return sorted(found, key=lambda t: t.box.top), rest


def _grids(rules: Sequence[Box]) -> list[list[Box]]:
    """Rules that touch, directly or through others; only groups with rules in both directions."""
    ordered = sorted(rules, key=lambda r: r.top)
    groups: list[tuple[Box, list[Box]]] = []
    for rule in ordered:
        touching = [g for g in groups if _touch(g[0], rule) and any(_touch(r, rule) for r in g[1])]
        for group in touching:
            groups.remove(group)
        together = [r for _, rs in touching for r in rs] + [rule]
        groups.append((around(together), together))
    return [rs for _, rs in groups if any(r.height > r.width for r in rs) and any(r.width > r.height for r in rs)]


def _touch(a: Box, b: Box) -> bool:
    return a.left - _SLACK <= b.right and b.left - _SLACK <= a.right and a.top - _SLACK <= b.bottom and b.top - _SLACK <= a.bottom


def _edges(places: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _SLACK:
            edges.append(place)
    return edges


def _table(rules: Sequence[Box], xs: list[float], ys: list[float], pieces: Sequence[Piece], fill: Fill) -> Table:
    upright = [r for r in rules if r.height > r.width]
    level = [r for r in rules if r.width >= r.height]
    wide, high = len(xs) - 1, len(ys) - 1

    def wall(column: int, row: int) -> bool:
        """Whether a rule stands on the right of a cell of the grid."""
        y = (ys[row] + ys[row + 1]) / 2
        return any(abs(r.centre - xs[column + 1]) <= _SLACK and r.top - 1 <= y <= r.bottom + 1 for r in upright)

    def floor(column: int, row: int) -> bool:
        x = (xs[column] + xs[column + 1]) / 2
        return any(abs(r.middle - ys[row + 1]) <= _SLACK and r.left - 1 <= x <= r.right + 1 for r in level)

    taken: set[tuple[int, int]] = set()
    table = Table()
    for row in range(high):
        cells: list[Cell] = []
        for column in range(wide):
            if (column, row) in taken:
                continue
            right = column
            while right + 1 < wide and not wall(right, row) and (right + 1, row) not in taken:
                right += 1
            below = row
            while below + 1 < high and not any(floor(c, below) for c in range(column, right + 1)):
                below += 1
            taken |= {(c, r) for c in range(column, right + 1) for r in range(row, below + 1)}
            box = Box(xs[column], ys[row], xs[right + 1], ys[below + 1])
            held = [p for p in pieces if _in(p, box)]
            cells.append(Cell(list(fill(held, box)), round(box.left * _TWIPS), round(box.right * _TWIPS), below - row + 1))
        table.rows.append(Row(cells))
    return table


def _in(piece: Piece, box: Box) -> bool:
    return box.left <= piece.box.centre < box.right and box.top <= piece.box.middle < box.bottom


def joined(tables: Sequence[Placed]) -> list[Placed]:
    """Tables with those put together that go on at the top of the next page with the same columns."""
    made: list[Placed] = []
    for t in tables:
        last = made[-1] if made else None
        if last and last.page + 1 == t.page and len(last.edges) == len(t.edges) and _alike(last, t):
            made[-1] = Placed(Table(last.table.rows + t.table.rows), last.box, t.page, t.edges)
        else:
            made.append(t)
    return made


def _alike(a: Placed, b: Placed) -> bool:
    # The margins of left and right pages may differ, the widths of the columns don't.
    return all(abs((x - a.edges[0]) - (y - b.edges[0])) <= _SLACK for x, y in zip(a.edges, b.edges, strict=True))
