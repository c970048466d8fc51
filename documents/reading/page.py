"""A page as it lies before us, whether its text was printed into the file or recognised in a picture: pieces of lines, and rules.

All lengths are points (1/72 inch) from the upper left corner of the page as it is shown.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height of its middle line."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Halfway between its left and right edge."""
        return (self.left + self.right) / 2

    def holds(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether a point lies in it, or no further outside than `slack`."""
        return self.left - slack <= x <= self.right + slack and self.top - slack <= y <= self.bottom + slack


def around(boxes: "list[Box]") -> Box:
    """The smallest box that holds all of `boxes`."""
    return Box(min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line without a wide gap in it; a line of running text is one piece."""

    text: str
    """NFC, single spaces, none at the ends."""
    box: Box
    baseline: float
    size: float
    """Of its letters, as fonts count it."""
    bold: bool = False


@dataclass(slots=True)
class Page:
    """A page and what stands on it."""

    number: int
    """From 1, in the order of the file."""
    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    """Straight lines, each as a thin box."""
    confidence: float | None = None
    """0 to 1: how sure the recognition was of the page's words (mean); None where the text was in the file."""
