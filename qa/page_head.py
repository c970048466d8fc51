"""What the page puts into its head: the style sheet, and the little the browser has to do itself."""

import json
from importlib import resources

from prompts import loader

# Opens the source a marker points to, copies citations, brings the newest question to the top of the view, and puts into
# Vietnamese what Gradio says in English whatever the language.
_SCRIPT = """
<script>
(() => {
  const words = WORDS;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  function reveal(id) {
    const card = document.getElementById(id);
    if (!card) return;
    for (let e = card; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    document.querySelectorAll(".the.dang-xem").forEach((e) => e.classList.remove("dang-xem"));
    card.classList.add("dang-xem");
    card.scrollIntoView({ behavior: calm, block: "start" });
    card.querySelector("summary").focus({ preventScroll: true });
  }
  let from = null;
  function back(id) {
    const link = from?.isConnected && from.hash === "#" + id ? from : document.querySelector(`a[href="#${id}"]`);
    link?.scrollIntoView({ behavior: calm, block: "center" });
    link?.focus({ preventScroll: true });
  }
  async function copy(button) {
    try { await navigator.clipboard.writeText(button.dataset.chep); }
    catch {  // there is no clipboard outside https and localhost
      const area = Object.assign(document.createElement("textarea"), { value: button.dataset.chep });
      document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#nguon-"], a[href="#thu-vien"]');
    if (link) { event.preventDefault(); from = link; reveal(link.getAttribute("href").slice(1)); }
    const button = event.target.closest?.("button.chep, button.ve");
    if (button?.className === "chep") copy(button);
    if (button?.className === "ve") back(button.closest("details").id);
  });
  window.nghiquyetShow = () => setTimeout(() => {
    document.getElementById("nguon")?.scrollTo(0, 0);
    [...document.querySelectorAll("#khung-chat .user-row")].pop()?.scrollIntoView({ behavior: calm, block: "start" });
  }, 80);
  function translate() {
    const label = (selector, text) => document.querySelectorAll(selector).forEach((e) => {
      if (e.getAttribute("aria-label") !== text) e.setAttribute("aria-label", text);
    });
    label('#khung-chat [role="log"]', words.chat);
    label('#khung-chat [data-testid="user"]', words.asked);
    label('#khung-chat [data-testid="bot"]', words.answered);
    document.querySelectorAll(".toast-title, .toast-message-text").forEach((e) => {
      const known = Object.entries(words.toasts).find(([english]) => e.textContent.trim().startsWith(english));
      if (known) e.textContent = known[1];
    });
    const shelf = document.querySelector("details.thu-vien:not([data-seen])");
    if (shelf) { shelf.dataset.seen = ""; shelf.open = matchMedia("(min-width: 900px)").matches; }
  }
  new MutationObserver(translate).observe(document.documentElement, { childList: true, subtree: true });
})();
</script>
"""


def _t(key: str) -> str:
    return loader.text("page", key)


def head() -> str:
    """The style sheet and the script, as HTML."""
    # As a style sheet of ours, since Gradio rewrites what it is given as `css` (it drops rules for its own wrappers).
    style = (resources.files("qa") / "data" / "page.css").read_text("utf-8")
    words = {key: _t(key) for key in ("chat", "asked", "answered", "copy", "copied")}
    toasts = {
        "Connection Lost": _t("connection_lost"),
        "Connection to the server was lost": _t("reconnecting"),
        "This application is currently busy": _t("busy"),
        "Error": _t("error"),
    }
    data = json.dumps({**words, "toasts": toasts}, ensure_ascii=False).replace("<", "\\u003c")
    return f"<style>{style}</style>" + _SCRIPT.replace("WORDS", data)
