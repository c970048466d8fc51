"""What the assistant can and can't do, privacy, and how to show it on another page. No Gradio here."""

from qa.app.texts import e, t, te

_PARTS = ("can", "cannot", "quotes", "privacy", "keys")


def about(contact: str, frame_ancestors: str) -> str:
    """The page "Giới thiệu" as HTML."""
    parts = "".join(f"<section><h3>{te(f'about_{name}_title')}</h3>{_list(t(f'about_{name}'))}</section>" for name in _PARTS)
    written = f"<section><h3>{te('about_contact_title')}</h3><p>{e(contact)}</p></section>" if contact else ""
    embed = f"<section><h3>{te('about_embed_title')}</h3>{_embed(frame_ancestors)}</section>"
    return f'<div class="gioi-thieu-trang"><h2>{te("about_title")}</h2>{parts}{written}{embed}</div>'


def _list(text: str) -> str:
    return f"<ul>{''.join(f'<li>{e(line)}</li>' for line in text.splitlines() if line.strip())}</ul>"


def _embed(frame_ancestors: str) -> str:
    # The page's own address is put in by the browser, which alone knows it behind a proxy.
    snippet = (
        f'<iframe src="ADDRESS?nhung=1" title="{t("title")}" style="width:100%;height:640px;border:0" '
        'loading="lazy" allow="clipboard-write"></iframe>'
    )
    allowed = te("about_embed_none") if frame_ancestors in ("'self'", "'none'") else te("about_embed_allowed", hosts=frame_ancestors)
    return (
        f'<p>{te("about_embed")}</p><pre class="nhung" tabindex="0"><code data-dia-chi>{e(snippet)}</code></pre>'
        f'<p><button type="button" class="nut" data-viec="chep-ma">{te("about_embed_copy")}</button></p><p class="nhat">{allowed}</p>'
    )
