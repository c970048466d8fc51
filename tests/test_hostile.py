"""Hostile inputs over HTTP, on the command line and on the page: no failure, no traceback, nothing executed, nothing touched outside."""

import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from hostile import HTML, MARK, OTHER, PATHS, QUESTIONS, content_type, encoded, multipart, text, value
from page_process import DONG_NAI, PASSWORD, ROOT, Page, running

WATCHED = ROOT / "tests" / "watched"
SECRET = "bi-mat-ngoai-thu-muc"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BUSY = ("Hệ thống đang bận vì nhiều người cùng hỏi", "Đang có nhiều người hỏi")  # of the interface, of the page
Reply = tuple[int, dict[str, str], bytes]
_LEAK = re.compile(rb'Traceback \(most recent|File "[^"]+\.py", line \d+|site-packages')


def watching(folder: Path, *may: Path) -> dict[str, str]:
    """The environment of a process that is watched; what it may not do is written to `folder`/watch."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    (folder / SECRET).write_text("mật khẩu của người khác")
    return {
        "PYTHONPATH": os.pathsep.join([str(WATCHED), str(ROOT)]),
        "NGHIQUYET_WATCH": str(folder / "watch"),
        "NGHIQUYET_WATCH_MAY": ":".join(map(str, (folder / "data", temporary, *may))),
        "NGHIQUYET_WATCH_SECRET": SECRET,
        "TMPDIR": str(temporary),
        "HOME": str(temporary),
        "MPLCONFIGDIR": str(temporary),
    }


def watched(folder: Path) -> list[str]:
    """What a watched process did that it may not."""
    log = folder / "watch"
    return log.read_text("utf-8", "replace").splitlines() if log.exists() else ["nothing was watched"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Page]:
    """The page with an operator, and with documents whose text, titles and names hold markup."""
    environment = watching(folder)
    hostile = DONG_NAI.replace("theo dõi, báo cáo", f"theo dõi {' '.join(HTML)} báo cáo").replace("17%", "17% <b onclick=alert(1)>đậm</b>")
    (folder / "in").mkdir()
    file = folder / "in" / "<img src=x onerror=window.hacked=1>'\"&.txt"
    file.write_text(hostile, "utf-8")
    title = f"Nghị quyết {HTML[0]} {HTML[1]} ![x]({OTHER}/t.png) {{{{7*7}}}} ${{window.{MARK}=1}}"
    command = [sys.executable, "-m", "qa.cli", "add", str(file), "--data", str(folder / "data")]
    command += ["--set", f"title={title}", "--set", f"signer=<svg onload=window.{MARK}=1>"]
    added = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **environment}, timeout=300, check=False)
    assert added.returncode == 0, added.stderr
    with running(folder, NGHIQUYET_OPERATOR_PASSWORD=PASSWORD, NGHIQUYET_REQUESTS_A_MINUTE="0", **environment) as page:
        yield page


def sent(page: Page, request: bytes, seconds: float = 60) -> Reply:
    """What comes back for the bytes of a request; status 0 where the server only hangs up."""
    with socket.create_connection(("127.0.0.1", page.port), timeout=seconds) as wire:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not hear out what it refuses
            wire.sendall(request)
        received = bytearray()
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            while piece := wire.recv(65536):
                received += piece
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    return (int(first.split()[1]) if first.startswith("HTTP/1") else 0), headers, body


def request(method: str, path: str, body: bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
    lines += [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body


def faults(reply: Reply) -> list[str]:
    """What is wrong with a reply, whatever was asked."""
    status, headers, body = reply
    busy = status == 503 and "retry-after" in headers and any(said.encode() in body for said in BUSY)
    found = [f"status {status}: {body[:300]!r}"] if status >= 500 and not busy else []
    found += [f"inside shown: {body[:300]!r}"] if _LEAK.search(body) or "mật khẩu của người khác".encode() in body else []
    found += ["a header of the input's"] if "a=b" in headers.get("set-cookie", "") else []
    if headers.get("content-type", "").startswith("text/html"):
        found += [f"markup alive: {m}" for m in HTML[:12] if m.encode() in body]
    if status:
        found += [f"no {name}" for name in ("content-security-policy", "x-content-type-options") if status != 400 and name not in headers]
    return found


def run(page: Page, jobs: list[tuple[str, bytes]]) -> dict[str, int]:
    """Send every job and fail on whatever is wrong with a reply; returns how often each status came."""
    counts: dict[str, int] = {}
    wrong: list[str] = []

    def work(job: tuple[int, tuple[str, bytes]]) -> None:
        number, (label, data) = job
        reply = sent(page, data)
        key = f"{label} {reply[0]}"
        counts[key] = counts.get(key, 0) + 1
        wrong.extend(f"{number} {label} {data[:300]!r}: {fault}" for fault in faults(reply))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, enumerate(jobs)))
    assert wrong == [], "\n".join(wrong[:20]) + f"\n({len(wrong)} in all) {counts}"
    assert page.process.poll() is None
    assert sent(page, request("GET", "/healthz"))[0] == 200
    return counts


def target(rng: random.Random, longest: int = 3000) -> str:
    """A hostile piece of an address, encoded so that it gets through, or nearly."""
    raw = text(rng, longest)[:longest].encode("utf-8", "surrogatepass")
    return quote_from_bytes(raw, safe=rng.choice(("", "/", "/%.~")))


# HTTP


@pytest.mark.soak
def test_questions_of_all_kinds(site: Page, folder: Path, soak: Callable[[int], int]) -> None:
    rng = random.Random(1001)

    def asked() -> tuple[str, bytes]:
        body: dict[str, Any] = {"question": text(rng)}
        for name in ("history", "province", "year", "stream", "id", "unknown"):
            if rng.random() < 0.04:
                body[name] = value(rng)
        if rng.random() < 0.3:
            roles = ("user", "assistant") if rng.random() < 0.9 else ("user", "system")
            body["history"] = [{"role": rng.choice(roles), "content": text(rng)} for _ in range(rng.randrange(30))]
        return "ask", request("POST", "/api/ask", encoded(rng, body), content_type(rng))

    def chatted() -> tuple[str, bytes]:
        messages: Any = [
            {"role": rng.choice(("user", "assistant", "system", "tool")), "content": text(rng)} for _ in range(rng.randrange(5))
        ]
        body = {"model": rng.choice(("nghiquyet", "nghiquyet", text(rng, 50))), "messages": messages if rng.random() < 0.8 else value(rng)}
        for name in ("stream", "temperature", "stream_options", "tools", "n"):
            if rng.random() < 0.05:
                body[name] = value(rng)
        return "chat", request("POST", "/v1/chat/completions", encoded(rng, body), content_type(rng))

    counts = run(site, [asked() if rng.random() < 0.7 else chatted() for _ in range(soak(1500))])
    assert counts["ask 200"] > soak(1500) / 6, counts
    assert counts["chat 200"] > soak(1500) / 40, counts
    assert watched(folder) == []


@pytest.mark.soak
def test_addresses_of_all_kinds(site: Page, folder: Path, soak: Callable[[int], int]) -> None:
    rng = random.Random(1002)
    routes = {
        "/api/search": ("q", "province", "year", "k"),
        "/api/passage": ("document_id", "start", "end", "around"),
        "/api/targets": ("province", "year", "pillar", "text", "limit", "offset"),
        "/chi-tieu.csv": ("text", "province", "year", "pillar", "sector", "level", "order"),
        "/chi-tieu.xlsx": ("text", "province", "year", "level"),
        "/": ("doc", "p", "xem", "muc", "nhung", "__theme", "view", "deep_link"),
        "/quan-tri/": ("x",),
        "/quan-tri/dang-nhap": ("next",),
    }
    below = (
        "/gradio_api/file=",
        "/gradio_api/file/",
        "/gradio_api/proxy=",
        "/static/",
        "/assets/",
        "/svelte/",
        "/phong-chu/",
        "/quan-tri/",
        "/",
    )
    below += ("/api/", "/v1/", "/gradio_api/", "/gradio_api/call/ask/", "/gradio_api/custom_component/", "/quan-tri/gradio_api/file=")

    def looked() -> tuple[str, bytes]:
        method = rng.choice(("GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "BREW"))
        if rng.random() < 0.5:
            path, names = rng.choice(list(routes.items()))
            given = {n: rng.choice((text(rng, 300), str(rng.randrange(-5, 10**6)), "2025", "9" * 30)) for n in names if rng.random() < 0.6}
            query = urlencode({k: v.encode("utf-8", "surrogatepass") for k, v in given.items()})
            return path, request(method, f"{path}?{query}")
        path = rng.choice(below)
        escape = rng.choice(
            (quote(rng.choice(PATHS)), f"{folder}/{SECRET}", f"{site.data}/library.sqlite", "..%2f..%2f" + SECRET, target(rng))
        )
        return path, request(method, path + escape)

    def broken() -> tuple[str, bytes]:
        junk = bytes(rng.randrange(256) for _ in range(rng.randrange(200)))
        line = text(rng, 400).encode("utf-8", "surrogatepass")
        return "broken", rng.choice(
            (
                junk + b"\r\n\r\n",
                b"GET " + line + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\nCookie: nghiquyet-quan-tri=" + junk + b"\r\nConnection: close\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 5000 + b"Connection: close\r\n\r\n",
                b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: "
                + line.replace(b"\r", b"").replace(b"\n", b"")
                + b"\r\nConnection: close\r\n\r\n",
                b"POST /api/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
                b"POST /api/ask HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                b"POST /api/ask HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
                b"GET //evil.example/..%2f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            )
        )

    run(site, [looked() if rng.random() < 0.8 else broken() for _ in range(soak(4500))])
    assert watched(folder) == []


def functions(page: Page, path: str = "", cookie: str = "") -> list[dict[str, Any]]:
    """The page's events."""
    return list(json.loads(sent(page, request("GET", f"{path}/config", Cookie=cookie))[2])["dependencies"])


def outcomes(page: Page, path: str, session: str, wanted: int, cookie: str = "") -> bytes:
    """What the events of a session ended in."""
    with socket.create_connection(("127.0.0.1", page.port), timeout=90) as wire:
        wire.sendall(request("GET", f"{path}/gradio_api/queue/data?session_hash={session}", Cookie=cookie))
        received = b""
        while received.count(b'"process_completed"') < wanted and b"close_stream" not in received:
            piece = wire.recv(65536)
            if not piece:
                break
            received += piece
    return received


@pytest.mark.soak
def test_the_pages_events_with_anything_in_them(site: Page, folder: Path, soak: Callable[[int], int]) -> None:
    rng = random.Random(1003)
    events = functions(site)
    asking = [d["id"] for d in events if len(d["inputs"]) >= 2 and d["queue"]]

    def body() -> tuple[str, bytes]:
        kind = rng.choice(
            ("queue/join", "queue/join", "component_server", "component_server", "call/ask", "run/ask", "cancel", "reset", "vibe-edit")
        )
        number = rng.choice((*asking, rng.randrange(len(events) + 3), -1, 10**9, "x", None))
        data = [text(rng) if rng.random() < 0.5 else value(rng) for _ in range(rng.choice((2, 2, 2, 0, 7)))]
        made: dict[str, Any] = {"data": data, "fn_index": number, "session_hash": rng.choice((f"s{rng.random()}", text(rng, 40), None))}
        if kind == "component_server":
            asked = {
                "doc": rng.choice(("gia-lai-04-nq-tu", text(rng, 60))),
                "p": rng.choice(("10-20", "0-999999999", "5-1", text(rng, 30))),
            }
            names = ("passage", "read", "value", "postprocess", "__init__", "load", text(rng, 10))
            made = {"component_id": rng.choice((*range(150), -1, "a")), "fn_name": rng.choice(names), "session_hash": "s"}
            made["data"] = asked if rng.random() < 0.7 else value(rng)
        for name in ("event_data", "trigger_id", "simple_format", "batched", "event_id", "oauth_token"):
            if rng.random() < 0.1:
                made[name] = value(rng)
        return kind, request("POST", f"/gradio_api/{kind}", encoded(rng, made), content_type(rng))

    run(site, [body() for _ in range(soak(1500))])
    # What events end in is told over a stream: it shows no more of the inside than a reply does.
    for session in range(soak(20)):
        joined = 0
        for _ in range(5):
            data = [rng.choice((text(rng), value(rng))), value(rng)]
            made = json.dumps({"data": data, "fn_index": rng.choice(asking), "session_hash": f"strom{session}"})
            joined += sent(site, request("POST", "/gradio_api/queue/join", made.encode()))[0] == 200
        said = outcomes(site, "", f"strom{session}", joined)
        assert faults((200, {"content-security-policy": "", "x-content-type-options": ""}, said)) == []
        assert said.count(b'"process_completed"') == joined
    assert watched(folder) == []
    assert not list((site.data / "uploads").glob("*/*"))


def sign_in(page: Page) -> str:
    form = urlencode({"password": PASSWORD}).encode()
    # What was thrown at the page before may have used up the attempts of this minute.
    while (reply := sent(page, request("POST", "/quan-tri/dang-nhap", form, "application/x-www-form-urlencoded")))[0] == 429:
        time.sleep(float(reply[1].get("retry-after", 5)))
    status, headers, _ = reply
    assert status == 303
    return headers["set-cookie"].split(";")[0]


@pytest.mark.soak
def test_what_is_uploaded(site: Page, folder: Path, soak: Callable[[int], int]) -> None:
    from test_bounded import damaged, samples

    rng = random.Random(1004)
    cookie = sign_in(site)
    events = functions(site, "/quan-tri", cookie)
    component = next(d["targets"][0][0] for d in events if d["targets"] and d["targets"][0][1] == "upload")
    examine = next(d["id"] for d in events if d["inputs"] == [component])
    kinds = samples()

    def examined(path: str, session: str) -> bytes:
        file = {"path": path, "orig_name": rng.choice((path, text(rng, 80))), "meta": {"_type": "gradio.FileData"}}
        join = json.dumps({"data": [file], "fn_index": examine, "session_hash": session}).encode()
        status = sent(site, request("POST", "/quan-tri/gradio_api/queue/join", join, Cookie=cookie))[0]
        return outcomes(site, "/quan-tri", session, 1, cookie) if status == 200 else b""

    read = refused = 0
    for number in range(soak(150)):
        name, content = rng.choice(kinds)
        content = damaged(content, rng) if rng.random() < 0.7 else content
        body, kind = multipart(rng, content, rng.choice((name, rng.choice(PATHS), text(rng, 200))))
        reply = sent(site, request("POST", "/quan-tri/gradio_api/upload", body, kind, Cookie=cookie))
        assert faults(reply) == [], (number, body[:300])
        if reply[0] == 200 and (paths := json.loads(reply[2])):
            assert Path(paths[0]).resolve().is_relative_to(site.data.resolve()), paths
            said = examined(paths[0], f"tep{number}")
            assert faults((200, {"content-security-policy": "", "x-content-type-options": ""}, said)) == [], number
            assert all(m.encode() not in said for m in HTML[:12])
            read += 1
        else:
            refused += 1
    assert read > soak(150) / 5
    assert refused > soak(150) / 15
    # Paths that were never uploaded: files of the machine, of the library, of somebody else.
    for number, path in enumerate(
        (f"{folder}/{SECRET}", str(site.data / "library.sqlite"), "/etc/passwd", f"{site.data}/uploads/../../{SECRET}")
    ):
        said = examined(path, f"fremd{number}")
        assert b"root:" not in said
        assert b'"success":false' in said.replace(b" ", b""), said[:500]
    assert (site.data / "library.sqlite").exists()  # what is examined is removed afterwards
    for _ in range(soak(300)):
        form = rng.choice((urlencode({"password": text(rng).encode("utf-8", "surrogatepass")}).encode(), encoded(rng, value(rng))))
        assert (
            faults(
                sent(
                    site,
                    request("POST", "/quan-tri/dang-nhap", form, content_type(rng), X_Forwarded_For=f"2001:db8::{rng.randrange(9999)}"),
                )
            )
            == []
        )
    assert watched(folder) == []


# The command line


COMMANDS = """
import contextlib, io, json, sys
from qa.cli import main
for line in sys.stdin:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(json.loads(line))
        except SystemExit as end:
            code = end.code
        except BaseException as error:
            code = repr(error)
    err.flush()
    print(json.dumps([code, err.buffer.getvalue().decode("utf-8", "replace")[-2000:]]), file=sys.__stdout__, flush=True)
"""


@pytest.mark.soak
def test_the_command_line(folder: Path, soak: Callable[[int], int]) -> None:
    rng = random.Random(1005)
    place = folder / "cli"
    place.mkdir()
    environment = {**os.environ, **watching(place, place / "in", place / "out")}
    (place / "in").mkdir()
    (place / "out").mkdir()
    data = ["--data", str(place / "data")]

    def argument() -> str:
        return text(rng, 500)[:100_000].replace("\x00", "")

    def arguments() -> list[str]:
        kind = rng.choice(("ask", "add", "set", "set", "remove", "text", "outline", "targets", "targets", "list", "nonsense"))
        if kind == "ask":
            return ["ask", *data, *rng.choice(([], ["--province", argument()], ["--year", argument()])), "--", argument()]
        if kind == "add":
            file = place / "in" / f"{rng.randrange(10**9)}{rng.choice(('.txt', '.html', '.pdf', '.docx', ''))}"
            file.write_bytes(encoded(rng, value(rng)) if rng.random() < 0.5 else text(rng).encode("utf-8", "surrogatepass"))
            named = rng.choice((str(file), str(place / "in" / "none"), *PATHS)).replace("\x00", "")
            return ["add", *data, "--set", rng.choice((argument(), f"issued={argument()}", f"province={argument()}")), "--", named]
        if kind == "set":
            field = rng.choice(("issued", "province", "kind", "nonsense", "number"))
            return ["set", *data, "--", rng.choice(("gia-lai-04-nq-tu", argument())), f"{field}={argument()}"]
        if kind == "targets":
            return ["targets", *data, f"--text={argument()}", "--format", rng.choice(("json", "csv", "table", argument()))]
        return {"list": ["list", *data], "nonsense": [argument(), *data]}.get(kind, [kind, *data, "--", argument()])

    given = [["index", *data], *(arguments() for _ in range(soak(500)))]
    lines = "".join(json.dumps(a) + "\n" for a in given)
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS],
        cwd=place / "in",
        input=lines,
        capture_output=True,
        text=True,
        env=environment,
        timeout=3000,
        check=False,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(given), done.stderr[-2000:]
    wrong = [(a, r) for a, r in zip(given, results, strict=True) if r[0] not in (0, 1, 2) or "Traceback" in r[1]]
    assert wrong == [], wrong[:5]
    # A file of questions, one of them to a line, lines of a megabyte among them.
    questions = [
        encoded(rng, {"id": value(rng), "question": text(rng), "history": value(rng), "year": value(rng)}) for _ in range(soak(1500))
    ]
    questions += [json.dumps({"id": "gut", "question": QUESTIONS[0]}).encode()]
    (place / "in" / "q.jsonl").write_bytes(b"\n".join(q.replace(b"\n", b" ") for q in questions))
    command = [
        sys.executable,
        "-m",
        "qa.cli",
        "answer",
        *data,
        "--in",
        str(place / "in" / "q.jsonl"),
        "--out",
        str(place / "out" / "a.jsonl"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    answers = [json.loads(line) for line in (place / "out" / "a.jsonl").read_text("utf-8").splitlines()]
    assert (answers[-1]["id"], answers[-1]["status"]) == ("gut", "answered")
    assert not any(a["status"] == "error" and "error" not in a for a in answers)
    assert watched(place) == []


# The page


@pytest.mark.soak
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
def test_nothing_comes_alive_in_a_browser(site: Page, folder: Path, soak: Callable[[int], int]) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    rng = random.Random(1006)
    hostile = next(d["id"] for d in json.loads(sent(site, request("GET", "/api/documents"))[2])["documents"] if "script" in d["title"])
    foreign: list[str] = []
    dialogs: list[str] = []
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        page = browser.new_page(locale="vi-VN")
        page.set_default_timeout(60_000)
        page.on("request", lambda r: None if r.url.startswith((site.url, "data:", "blob:")) else foreign.append(r.url))
        page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))

        def quiet(what: str) -> None:
            assert page.evaluate(f"window.{MARK} === undefined"), what
            assert (foreign, dialogs) == ([], []), what

        def ready(address: str, shown: str = "#o-hoi textarea") -> None:
            page.goto(site.url + address)
            page.wait_for_selector(shown)
            page.wait_for_function("() => window.nghiquyet && document.querySelector('#nguon')")

        # The document whose text, title and name hold markup: as a whole, as a passage, in the list, cited.
        ready(f"/?doc={quote(hostile)}&xem=toan-van", "#doc h2")
        assert HTML[0] in page.inner_text("#doc")
        quiet("the whole document")
        ready(f"/?doc={quote(hostile)}&p=300-700", "#nguon h2")
        quiet("a passage")
        ready("/?muc=van-ban", "#cac-van-ban")
        page.wait_for_function("title => document.querySelector('#cac-van-ban')?.innerText.includes(title)", arg="window.hacked=1")
        quiet("the list")
        inputs = [f"Ai theo dõi, báo cáo định kỳ ở Đồng Nai? {HTML[0]}", *(rng.choice((*HTML, text(rng, 300))) for _ in range(soak(20)))]
        for given in inputs:
            ready("/")
            page.fill("#o-hoi textarea", given.encode("utf-8", "replace").decode()[:1000] + "?")
            page.press("#o-hoi textarea", "Enter")
            page.wait_for_selector("#viec-hoi-thoai")
            quiet(given)
        # Addresses, and what a link that somebody shares carries.
        for _ in range(soak(20)):
            asked = {"doc": rng.choice((hostile, rng.choice(HTML))), "p": rng.choice(("10-20", rng.choice(HTML))), "muc": rng.choice(HTML)}
            ready(f"/?{urlencode(asked)}", "#dau-trang")
            page.wait_for_timeout(200)
            quiet("an address")
        page.evaluate("localStorage.clear()")
        page.goto(f"{site.url}/#hoi={quote(rng.choice(HTML))}")
        page.wait_for_selector("#o-hoi textarea")
        page.wait_for_timeout(500)
        quiet("a shared link")
        browser.close()
    assert watched(folder) == []
