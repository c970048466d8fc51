"""An answer as Markdown for the chat: markers that open their passage, and a line of its sources below. No Gradio here."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from qa.app.texts import date, e, literal, shortened, t, te
from qa.app.turns import Cited, Turn, recognised_note

_MARKER = re.compile(r" ?(?<!\\)\[(\d+)\]")
_LISTED = 4  # sources named below an answer; a comparison of many would bury it


def link(document_id: str, start: int, end: int) -> str:
    """The page's address of a passage."""
    return f"?doc={quote(document_id, safe='')}&p={start}-{end}"


def answer_markdown(turn: Turn) -> str:
    """The answer with each marker as a link to its passage; HTML is shown literally and images are not fetched."""
    cited = {c.marker: c for c in turn.cited}
    said = {int(m) for m in _MARKER.findall(turn.text)}

    def marked(match: re.Match[str]) -> str:
        c = cited.get(int(match[1]))
        if c is None:
            return match[0]
        # Kept on the line of the last word it belongs to.
        space = "&nbsp;" if match[0].startswith(" ") else ""
        label = te("jump", marker=c.marker)
        return f'{space}<a class="trich" href="{_href(c)}" title="{label}" aria-label="{label}">[{c.marker}]</a>'

    safe = turn.text.replace("&", "&amp;").replace("<", "&lt;").replace("![", "!\\[")
    return _MARKER.sub(marked, safe) + _sources([c for c in turn.cited if c.marker in said])


def _href(c: Cited) -> str:
    return e(link(c.document_id, c.start, c.end))


def _sources(cited: Sequence[Cited]) -> str:
    if not cited:
        return ""
    items = "".join(f'<a class="nguon-nho" href="{_href(c)}"><b>[{c.marker}]</b> {_name(c)}</a>' for c in cited[:_LISTED])
    more = f"<span>{te('more_sources', count=len(cited) - _LISTED)}</span>" if len(cited) > _LISTED else ""
    note = recognised_note(cited)
    by_machine = f'<p class="nhan-dang" role="note">{literal(note)}</p>' if note else ""
    return f'\n\n<div class="nguon-duoi">{items}{more}</div>{by_machine}'


def _name(c: Cited) -> str:
    """Place and last heading: enough to tell sources apart."""
    section = c.section.split(" > ")[-1]
    named = " · ".join(filter(None, (c.province, shortened(section, 44) or c.number or (date(c.issued) if c.issued else ""))))
    # Markdown reads what stands between the tags.
    return literal(named)


def messages(turns: Sequence[Turn], pending: str | None = None, note: str = "", said: str = "") -> list[dict[str, str]]:
    """The conversation as gr.Chatbot takes it; `note` stands below its last answer, `said` in place of an answer to the question
    `pending` (default: that it is looked for)."""
    found = []
    for turn in turns:
        found.append({"role": "user", "content": literal(turn.question)})
        found.append({"role": "assistant", "content": answer_markdown(turn)})
    if note:
        found[-1]["content"] += f"\n\n*{literal(note)}*"
    if pending is not None:
        found.append({"role": "user", "content": literal(pending)})
        found.append({"role": "assistant", "content": f"*{literal(said or t('searching'))}*"})
    return found
