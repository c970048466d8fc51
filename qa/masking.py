"""Personal data in what people type, masked: before it is kept or logged where an operator asked for that."""

import re

_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"(?<![\d/.,-])(?:\+84|0)(?:[ .-]?\d){8,10}(?![\d/])"), "[số điện thoại]"),
    (re.compile(r"(?<![\d/.,-])\d(?: ?\d){8,18}(?![\d/%.,])"), "[dãy số]"),
    (re.compile(r"(?i)\b((?:số nhà|nhà số)\s+)\d+\w*(?:/\d+)*"), r"\1[số nhà]"),
)
_OWN_NAME = re.compile(
    r"((?i:\b(?:tên (?:tôi|em|mình|cháu|con) là|(?:tôi|em|mình|cháu) tên(?: là)?|họ (?:và )?tên:?))\s+)((?:\w+\s*){1,5})"
)


def masked(text: str) -> str:
    """`text` without e-mail addresses, telephone and identity numbers, and names people give as theirs."""
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return _OWN_NAME.sub(_without_name, text).rstrip()


def _without_name(match: re.Match[str]) -> str:
    """What follows "tôi tên là" up to the first word in small letters is the name."""
    words = re.findall(r"\w+\s*", match[2])
    named = next((i for i, w in enumerate(words) if not w[0].isupper()), len(words))
    return f"{match[1]}{'[tên] ' if named else ''}{''.join(words[named:])}"
