"""A page as it lies before us, whether its text was printed into the file or recognised in a picture: pieces of lines, and rules.

All lengths are points (1/72 inch) from the upper left corner of the page as it is shown.
"""

import math
import re
from dataclasses import dataclass, field

MOTTO = re.compile(r"(?:cong hoa xa hoi chu nghia|dang cong san viet nam|doc lap\W{1,3}tu do)\b")
"""How the right column of a letterhead begins, folded; it may stand close to the left one."""


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
    turn: int = 0
    """By how many degrees (0, 90, 180, 270, counterclockwise) the page as it is shown was turned for its text to stand upright; its
    width, its height and all places are those of the page so turned."""
    tilt: float = 0.0
    """By how many degrees the lines of a scanned page ran uphill before they were made level."""
    confidence: float | None = None
    """0 to 1: how sure the recognition was of the page's words (mean); None where the text was in the file."""

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height of the page as it is shown."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def as_shown(self, box: Box) -> Box:
        """Where `box` lies on the page as it is shown."""
        width, height = self.shown
        match self.turn:
            case 90:
                box = Box(width - box.bottom, box.left, width - box.top, box.right)
            case 270:
                box = Box(box.top, height - box.right, box.bottom, height - box.left)
            case 180:
                box = Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
        if not self.tilt:
            return box
        # The middle of a line goes where it was; that the line runs uphill a box can't say, so it grows by that.
        angle = math.radians(self.tilt)
        x, y = box.centre - width / 2, box.middle - height / 2
        across, down = width / 2 + x * math.cos(angle) + y * math.sin(angle), height / 2 - x * math.sin(angle) + y * math.cos(angle)
        half = box.height / 2 + abs(math.sin(angle)) * box.width / 2
        return Box(across - box.width / 2, down - half, across + box.width / 2, down + half)
