"""The labels of the rows of a table ("A", "II", "3", "3.1", "a") and in what order they come.

Which figure of a text numbers a row can't be seen from itself: it is a label where it comes next. Groups are lettered or have Roman
numbers; below a new group the rows go on counting or begin again.
"""

import re
from dataclasses import dataclass, replace

_LABEL = re.compile(r"\(?(?:(?P<number>\d{1,3}(?:\.\d{1,2}){0,3})|(?P<letters>[IVXL]{1,6}|[A-ZĐ])|(?P<small>[a-zđ]))[.)]{0,2}")
_CAPITALS = "ABCDĐEFGHIJKLMNOPQRSTUVWXYZ"
_SMALL = _CAPITALS.lower()
_LEFT_OUT = "ĐFJWđfjw"  # letters that many leave out
_ROMANS = tuple(f"{ten}{one}" for ten in ("", "X", "XX", "XXX") for one in ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"))


@dataclass(frozen=True, slots=True)
class Order:
    """How far the rows of a table are counted."""

    letter: str = ""
    roman: int = 0
    number: tuple[int, ...] = ()
    """The parts of the last number: (3, 1) for "3.1"."""
    small: str = ""
    fresh: bool = True
    """Whether nothing was numbered yet in the group that is open."""
    begun: bool = False


def is_label(text: str) -> bool:
    """Whether `text` could label a row."""
    return _LABEL.fullmatch(text) is not None


def following(order: Order, text: str) -> list[tuple[Order, bool]]:
    """The orders after a row labelled `text`, each with whether the row is a group's; [] where that label doesn't come next.

    There are two where a letter may be a Roman number.
    """
    found = _LABEL.fullmatch(text)
    if found is None:
        return []
    if found["number"]:
        number = tuple(map(int, found["number"].split(".")))
        return [(replace(order, number=number, small="", fresh=False, begun=True), False)] if _counts_on(order, number) else []
    if found["small"]:
        small = found["small"]
        return [(replace(order, small=small), False)] if order.number and _next_letter(order.small, small, _SMALL) else []
    letters = found["letters"]
    orders: list[tuple[Order, bool]] = []
    if letters in _ROMANS:
        value = _ROMANS.index(letters)
        if value == order.roman + 1 or (value == 1 and order.letter and order.fresh):
            orders.append((replace(order, roman=value, small="", fresh=True, begun=True), True))
    if (order.letter or not order.begun) and len(letters) == 1 and _next_letter(order.letter, letters, _CAPITALS):
        orders.append((replace(order, letter=letters, small="", fresh=True, begun=True), True))
    return orders


def _counts_on(order: Order, number: tuple[int, ...]) -> bool:
    last = order.number
    if number == (1,):
        return order.fresh
    if not last:
        return False
    return number == (*last, 1) or any(number == (*last[:i], last[i] + 1) for i in range(len(last)))


def _next_letter(last: str, letter: str, letters: str) -> bool:
    at = letters.index(last) + 1 if last else 0
    return letters[at : at + 1] == letter or (letters[at : at + 1] in _LEFT_OUT and letters[at + 1 : at + 2] == letter)
