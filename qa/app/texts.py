"""The page's words: texts from prompts/, and what comes from documents and people made harmless for HTML. No Gradio here."""

import string
from html import escape

from prompts import loader

_ENTITIES = {ord(c): f"&#{ord(c)};" for c in string.punctuation}
# gr.HTML reads what it shows as a template: a brace or a dollar sign in a document must not start a placeholder.
_BRACES = {ord(c): f"&#{ord(c)};" for c in "{}$`\\"}


def t(key: str, **values: object) -> str:
    """The text `key` of prompts/page.toml."""
    return loader.text("page", key, **values)


def e(text: str) -> str:
    """`text` to stand in HTML, between tags or in a quoted attribute."""
    return escape(text).translate(_BRACES)


def te(key: str, **values: object) -> str:
    """`t`, to stand in HTML."""
    return e(t(key, **values))


def recognised(confidence: float) -> str:
    """The sentence on a text that was recognised from a picture, so surely (0 to 1)."""
    return loader.text("messages", "recognised", percent=f"{100 * confidence:.0f}")


def literal(text: str) -> str:
    """Markdown that shows `text` exactly as typed: neither its HTML nor its Markdown comes alive."""
    # Entities are decoded after the structure is read, so an escaped "#" or "<" starts nothing.
    return "  \n".join(line.strip().translate(_ENTITIES) for line in text.strip().splitlines())


def date(issued: str | None) -> str:
    """An ISO date as people here write it, or the words for an unknown one."""
    if issued is None:
        return t("unknown_date")
    return "/".join(reversed(issued.split("-")))


def shortened(text: str, limit: int) -> str:
    """`text` on one line, cut between words after `limit` characters at most."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + "…"


def capital(text: str) -> str:
    """`text` with its first letter in upper case."""
    return text[:1].upper() + text[1:]
