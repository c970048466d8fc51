"""What RTF's words add up to: paragraphs, cells and rows. A table has no beginning or end of its own there, only rows that follow."""

from dataclasses import dataclass, field

from documents.cleaning import Block
from documents.reading.grid import STEP, Cell, Row, Table
from documents.reading.numbering import bullet
from documents.reading.runs import Run, blocks_of, has_word


@dataclass(slots=True)
class RowPlan:
    """What \\trowd … \\cellx tell of a row, in twips: where it begins, and of each cell its right edge and whether it goes on from
    above or from the left."""

    left: int = 0
    head: bool = False
    cells: list[tuple[int, bool, bool]] = field(default_factory=list)
    down: bool = False
    along: bool = False


@dataclass(slots=True)
class Flow:
    """A text under way: the body, a footnote, a text box."""

    depth: int
    """In how many groups it began."""
    note: bool = False
    runs: list[Run] = field(default_factory=list)
    """Of the paragraph that is open."""
    label: str = ""
    """Its automatic number."""
    boxes: list[Block | Table] = field(default_factory=list)
    """Text boxes that hang on it."""
    cell: list[Block | Table] = field(default_factory=list)
    """Of the cell that is open."""
    _items: list[Block | Table] = field(default_factory=list)
    _cells: list[list[Block | Table]] = field(default_factory=list)
    _table: Table | None = None
    _above: dict[int, Cell] = field(default_factory=dict)

    def end_paragraph(self, in_table: bool, *, in_cell: bool = False, marked: bool = False, dropped: bool = False) -> None:
        """Close the paragraph; `in_cell` keeps one that holds nothing but its automatic number, `dropped` keeps none of it."""
        runs, label = self.runs, self.label
        self.runs, self.label = [], ""
        written = any(r.text.strip() for r in runs)
        if not has_word(label):
            label = bullet(label, False) if written and label.strip() else ""
        label = f"{label.strip()} " if label.strip() else ""
        made = blocks_of(runs, label=label, marked=marked, in_cell=in_table) if (written or in_cell) and not dropped else []
        if not in_table:
            self._end_table()
        target = self.cell if in_table else self._items
        target += [*made, *self.boxes]
        self.boxes = []

    def end_cell(self) -> None:
        """Close the cell."""
        self._cells.append(self.cell)
        self.cell = []

    def end_row(self, plan: RowPlan) -> None:
        """Put the cells since the last row into a row; cells that `plan` doesn't fit get columns by their number."""
        if not self._cells:
            return
        if self._table is None:
            self._table = Table()
            self._above = {}
        fits = len(plan.cells) == len(self._cells)
        edges = plan.cells if fits else [((i + 1) * STEP, False, False) for i in range(len(self._cells))]
        left = plan.left if fits else 0
        row = Row([], plan.head)
        above: dict[int, Cell] = {}
        for items, (right, down, along) in zip(self._cells, edges, strict=True):
            if down and left in self._above:
                self._above[left].rows += 1
                above[left] = self._above[left]
            elif along and row.cells:
                row.cells[-1].right = right
            else:
                row.cells.append(Cell(items, left, max(right, left)))
                above[left] = row.cells[-1]
            left = right
        self._above = above
        self._table.rows.append(row)
        self._cells = []

    def finished(self) -> list[Block | Table]:
        """All that was read, the open paragraph and table closed."""
        self.end_paragraph(False)
        return self._items

    def _end_table(self) -> None:
        if self._table is not None:
            self._items.append(self._table)
            self._table = None
        # Cells whose row never ended are text all the same.
        for cell in [*self._cells, self.cell]:
            self._items += cell
        self._cells, self.cell = [], []
