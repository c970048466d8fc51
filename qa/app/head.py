"""What the page puts into its head: the style sheet, the fonts it names, and the little the browser has to do itself. No Gradio here."""

import json
from importlib import resources

from prompts.loader import text
from qa.app.texts import t

FONTS = "/phong-chu"
"""Where the fonts are served."""
_FACES = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, "
    "U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    "vietnamese": "U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1, U+01AF-01B0, U+0300-0301, U+0303-0304, U+0308-0309, "
    "U+0323, U+0329, U+1EA0-1EF9, U+20AB",
}
"""Part of the alphabet -> the characters its files hold, as the font's package says."""
_WORDS = ("chat", "asked", "answered", "copied", "copied_link", "bad_link", "remove")


def _data(name: str) -> str:
    return (resources.files("qa.app") / "data" / name).read_text("utf-8")


def _fonts(prefix: str) -> str:
    rules = [
        f"@font-face {{ font-family: 'Be Vietnam Pro'; font-weight: {weights}; font-display: swap; "
        f"src: url({prefix}{FONTS.lstrip('/')}/be-vietnam-pro-{part}-{weight}-normal.woff2) format('woff2'); unicode-range: {characters} }}"
        for part, characters in _FACES.items()
        for weight, weights in (("400", "400 500"), ("600", "600 700"))
    ]
    return "\n".join(rules)


def head(prefix: str = "") -> str:
    """Style sheet and script as HTML; `prefix` leads from the page to the fonts."""
    # As a style sheet of ours, since Gradio rewrites what it is given as `css` (it drops rules for its own wrappers).
    words = {key: t(key) for key in _WORDS}
    toasts = {
        "Connection Lost": t("connection_lost"),
        "Connection to the server was lost": t("reconnecting"),
        "This application is currently busy": t("busy"),
        "Too Many Requests": t("too_often"),
        "Error": t("error"),
    }
    upload = {
        "Drop File Here": text("operator", "drop_here"),
        "or": text("operator", "or_else"),
        "- or -": text("operator", "or_else"),
        "Click to Upload": text("operator", "choose"),
    }
    data = json.dumps({**words, "toasts": toasts, "upload": upload}, ensure_ascii=False).replace("<", "\\u003c")
    viewport = '<meta name="color-scheme" content="light dark">'
    return f"{viewport}<style>{_fonts(prefix)}\n{_data('page.css')}</style><script>{_data('page.js').replace('WORDS', data, 1)}</script>"
