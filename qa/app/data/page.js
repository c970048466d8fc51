// What the browser does by itself: opens passages, keeps their address in the address bar, copies and shares, keys, and puts
// into Vietnamese what Gradio says in English whatever the language. The texts are filled in by head.py.
window.nghiquyet = (() => {
  const words = WORDS;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const wide = () => matchMedia("(min-width: 1000px)").matches;
  const query = new URLSearchParams(location.search);
  if (query.get("nhung") === "1") document.documentElement.classList.add("nhung");

  // The source panel and the reader of whole documents: gr.HTML components that register here once they are on the page.
  let panel, reader, from = null;
  const waiting = { panel: [], reader: [] };
  const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
  async function ready(which) {
    const there = which === "panel" ? panel : reader;
    return there ?? new Promise((done) => waiting[which].push(done));
  }
  function register(which, component) {
    if (which === "panel") panel = component; else reader = component;
    waiting[which].splice(0).forEach((done) => done(component));
  }
  const asked = (address) => {
    const given = new URLSearchParams(address.split("#")[0]);
    return { doc: given.get("doc") ?? "", p: given.get("p") ?? "" };
  };
  function remember(what) {
    const now = new URLSearchParams(location.search);
    for (const key of ["doc", "p", "xem"]) now.delete(key);
    for (const [key, value] of Object.entries(what)) if (value) now.set(key, value);
    const text = now.toString();
    history.replaceState(history.state, "", location.pathname + (text ? "?" + text : ""));
  }

  // What nobody pressed for takes the focus from no one: the next question may be being typed. Nor does what was pressed for, once
  // somebody has gone on to something else while it came.
  const held = () => !!document.activeElement?.closest("#nguon");
  const elsewhere = (before) => document.activeElement !== before && document.activeElement !== document.body && !held();
  async function openPassage(address, link, unasked = false) {
    const steady = unasked && !held(), before = document.activeElement;
    const what = asked(address);
    const { props, server } = await ready("panel");
    document.querySelectorAll(".dang-xem").forEach((e) => e.classList.remove("dang-xem"));
    const inside = link?.closest("#nguon");
    if (link && !inside) { from = link; link.classList.add("dang-xem"); }
    props.value = await server.passage(what);
    document.body.classList.add("co-nguon");
    remember(what);
    await settled();
    showPictures();
    showMark(document.querySelector("#nguon .doan"));
    const title = document.querySelector("#nguon h2");
    const again = inside && document.querySelector(`#nguon .ke a.${link.className}`);
    if (!steady && !elsewhere(before)) (again || title)?.focus({ preventScroll: true });
    if (link && !inside && !wide()) keepInSight(link);
  }
  function showMark(box) {
    const mark = box?.querySelector("mark");
    if (mark) box.scrollTop = Math.max(0, mark.offsetTop - box.clientHeight / 4);
  }
  // Pictures of pages: open at a desk, a tap away on a phone; as someone leaves them they stay. Only what is open is fetched.
  let pictures = null;
  function showPictures() {
    document.querySelectorAll("#nguon .anh-trang").forEach((e) => { e.open = pictures ?? wide(); });
  }
  function showLines(image) {
    const box = image.closest(".khung-anh"), size = image.clientHeight / (image.naturalHeight || 1);
    if (box) box.scrollTo(Number(image.dataset.trai) * size - 24, Number(image.dataset.tren) * size - box.clientHeight / 4);
  }
  function zoom(button) {
    const larger = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(larger));
    showLines(button.querySelector("img"));
  }
  document.addEventListener("load", (event) => { if (event.target.matches?.(".anh-trang img")) showLines(event.target); }, true);
  document.addEventListener("error", (event) => {
    if (!event.target.matches?.(".anh-trang img")) return;
    const around = event.target.closest(".anh-trang");
    around.querySelectorAll(":not(summary, .hong)").forEach((e) => e.remove());
    around.querySelector(".hong").hidden = false;
  }, true);
  // On a phone the panel covers the lower part: what was tapped stays above it.
  function keepInSight(link) {
    const top = document.getElementById("nguon").getBoundingClientRect().top;
    const at = link.getBoundingClientRect();
    if (at.bottom > top - 12) scrollBy({ top: at.bottom - top + 48, behavior: calm });
  }
  function close(unasked = false) {
    const steady = unasked && !held();
    document.body.classList.remove("co-nguon");
    document.querySelectorAll(".dang-xem").forEach((e) => e.classList.remove("dang-xem"));
    if (panel) panel.props.value = "";
    remember({});
    const link = from?.isConnected ? from : document.querySelector("#o-hoi textarea");
    if (!steady) link?.focus({ preventScroll: true });
  }
  // Just after the page came, its tabs are not there yet, or don't listen.
  async function tab(id) {
    for (let tries = 0; tries < 50; tries++) {
      const button = document.getElementById(id + "-button");
      if (button?.getAttribute("aria-selected") === "true") return;
      button?.click();
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  async function openDocument(address) {
    const what = asked(address);
    await tab("tab-van-ban");
    const { props, server } = await ready("reader");
    props.value = await server.read(what);
    document.body.classList.add("dang-doc");
    if (!wide()) { document.body.classList.remove("co-nguon"); }
    remember({ ...what, xem: "toan-van" });
    await settled();
    const contents = document.querySelector("#doc .muc-luc");
    if (contents && !wide()) contents.open = false;
    const mark = document.querySelector("#doc mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else document.querySelector("#doc h2")?.scrollIntoView({ block: "start" });
    document.querySelector("#doc h2")?.focus({ preventScroll: true });
  }
  function backToList() {
    document.body.classList.remove("dang-doc");
    if (reader) reader.props.value = "";
    remember({});
    document.getElementById("tim-van-ban")?.scrollIntoView({ block: "center" });
  }

  function tell(text) {
    let line = document.getElementById("bao");
    if (!line) {
      line = Object.assign(document.createElement("div"), { id: "bao" });
      line.setAttribute("role", "status");
      document.body.append(line);
    }
    line.textContent = text;
    line.classList.add("hien");
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => { line.classList.remove("hien"); }, 2500);
  }
  async function copy(text, said) {
    try { await navigator.clipboard.writeText(text); }
    catch {  // there is no clipboard outside https and localhost
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    tell(said);
  }
  const here = () => location.origin + location.pathname;

  document.addEventListener("click", (event) => {
    const around = event.target.closest?.(".anh-trang summary")?.parentElement;
    if (around) {
      pictures = !around.open;  // which it is about to be
      if (pictures) setTimeout(() => around.scrollIntoView({ behavior: calm, block: "start" }), 60);
    }
    const target = event.target.closest?.("a, button");
    if (!target) return;
    const work = target.dataset.viec;
    const href = target.getAttribute("href") ?? "";
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (href.startsWith("?doc=") && !elsewhere) {
      event.preventDefault();
      if (work === "toan-van") openDocument(href); else openPassage(href, target);
    } else if (href.startsWith("#de-muc-")) {
      event.preventDefault();
      document.querySelector(href)?.scrollIntoView({ behavior: calm, block: "start" });
    } else if (work === "dong") close();
    else if (work === "chep") copy(target.dataset.chep, words.copied);
    else if (work === "lien-ket") copy(here() + target.dataset.chep, words.copied_link);
    else if (work === "ve-danh-sach") backToList();
    else if (work === "phong") zoom(target);
    else if (work === "chep-ma") copy(document.querySelector("pre.nhung").textContent, words.copied);
    if (target.getAttribute("role") === "tab" && document.body.classList.contains("co-nguon") && event.isTrusted) close();
  }, true);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      tab("tab-hoi-dap").then(settled).then(() => document.querySelector("#o-hoi textarea")?.focus());
    } else if (event.key === "Escape" && document.body.classList.contains("co-nguon")) close();
    else if (event.key === "Enter" && event.target.matches?.("#o-hoi textarea") && (event.shiftKey || event.isComposing)) {
      event.stopPropagation();  // a line break, also where Gradio would send
    }
  }, true);
  addEventListener("hashchange", () => { if (location.hash.startsWith("#hoi=")) location.reload(); });

  const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const decode = (text) => new TextDecoder().decode(
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)));
  function arrived(kept) {
    if (!location.hash.startsWith("#hoi=")) return [kept];
    try { return [{ shared: JSON.parse(decode(location.hash.slice(5))) }]; }
    catch { tell(words.bad_link); return [kept]; }
    finally { history.replaceState(history.state, "", location.pathname + location.search); }
  }
  const newest = () => [...document.querySelectorAll("#khung-chat .user-row")].pop();
  // Whoever scrolls while an answer comes has chosen where to look.
  let scrolled = false;
  for (const act of ["wheel", "touchmove", "pointerdown"]) addEventListener(act, () => { scrolled = true; }, { passive: true, capture: true });
  addEventListener("keydown", (event) => { if (/^(Page|Arrow|Home|End)/.test(event.key)) scrolled = true; }, true);
  async function asking() {
    scrolled = false;
    const before = document.querySelectorAll("#khung-chat .user-row").length;
    for (let tries = 0; tries < 40; tries++) {
      await new Promise((done) => setTimeout(done, 50));
      if (document.querySelectorAll("#khung-chat .user-row").length <= before) continue;
      if (!scrolled) newest().scrollIntoView({ behavior: calm, block: "start" });
      return;
    }
  }
  async function answered() {
    await settled();
    if (!scrolled) newest()?.scrollIntoView({ behavior: calm, block: "start" });
    const first = [...document.querySelectorAll("#khung-chat .bot-row")].pop()?.querySelector("a.trich");
    if (!wide() || document.documentElement.classList.contains("nhung")) { if (document.body.classList.contains("co-nguon")) close(true); }
    else if (first) await openPassage(first.getAttribute("href"), first, true);
    else if (document.body.classList.contains("co-nguon")) close(true);
  }
  async function restored() {
    await settled();
    if (!query.get("doc")) newest()?.scrollIntoView({ block: "start" });
  }
  function begin() { if (document.body.classList.contains("co-nguon")) close(); focus("#o-hoi textarea"); scrollTo({ top: 0 }); }
  const focus = (selector) => settled().then(() => document.querySelector(selector)?.focus());
  function type() {
    settled().then(() => { const box = document.querySelector("#o-hoi textarea"); box?.focus(); box?.setSelectionRange(box.value.length, box.value.length); });
  }
  function save(text) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
    Object.assign(document.createElement("a"), { href: url, download: "hoi-thoai.md" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 5000);
  }
  const share = (questions) => copy(here() + "#hoi=" + encode(questions), words.copied_link);

  function translate() {
    // Gradio sets the language it speaks itself, which is not the page's.
    if (document.documentElement.lang !== "vi") document.documentElement.lang = "vi";
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
    // Its words below say it already, in Vietnamese.
    document.querySelectorAll("#tep .upload-container[aria-label]").forEach((e) => e.removeAttribute("aria-label"));
    document.querySelectorAll("#tep button, #tep .wrap").forEach((e) => e.childNodes.forEach(function walk(n) {
      if (n.nodeType !== Node.TEXT_NODE) { n.childNodes.forEach(walk); return; }
      const known = Object.entries(words.upload).find(([english]) => n.textContent.trim() === english);
      if (known) n.textContent = known[1];
    }));
    document.querySelectorAll('.token-remove[title^="Remove"]').forEach((e) => {
      const said = words.remove + " " + (e.parentElement.querySelector("span")?.textContent ?? "");
      e.title = said; e.setAttribute("aria-label", said);
    });
    document.querySelectorAll("[data-dia-chi]").forEach((e) => {
      if (e.textContent.includes("ADDRESS")) e.textContent = e.textContent.replace("ADDRESS", here());
    });
  }
  new MutationObserver(translate).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["lang"] });

  const start = () => {
    const section = query.get("muc");
    if (section) settled().then(() => tab("tab-" + section));
    if (query.get("xem") === "toan-van" || (query.get("doc") && !query.get("p"))) openDocument(location.search);
    else if (query.get("doc")) openPassage(location.search, null);
  };
  return {
    answered, arrived, asking, begin, focus, restored, save, share, type,
    panel(props, server) { const first = !panel; register("panel", { props, server }); if (first) start(); },
    reader(props, server) { register("reader", { props, server }); },
  };
})();
