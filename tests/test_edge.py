"""Who asks, by which name and from which site: what strangers say of it is not believed, and what of Gradio isn't used is not there."""

import asyncio
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from page_process import PASSWORD, Page, running
from starlette.types import Receive, Scope, Send

from prompts import loader
from qa.app.fences import Fences
from qa.app.passwords import Sessions
from qa.app.sign_in import Door
from qa.edge import Edge
from qa.plain import plain_object
from qa.settings import Settings, SettingsError

PROXY, STRANGER = "10.0.0.7", "203.0.113.9"


class Seen:
    """An application that keeps what it was asked."""

    def __init__(self) -> None:
        self.scope: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = dict(scope)
        headers = [(b"access-control-allow-origin", b"https://evil.example"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"reached"})


def ask(
    app: Any, path: str = "/", method: str = "GET", client: str = STRANGER, body: bytes = b"{}", **headers: str
) -> tuple[int, dict[str, str], str]:
    """(status, headers, body); underscores in names of headers stand for dashes."""
    given = [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in ({"host": "tro-ly.example.vn"} | headers).items()]
    scope = {"type": "http", "method": method, "path": path, "headers": given, "client": (client, 1), "scheme": "http", "query_string": b""}
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, sent[1]["body"].decode()


# Proxies


@pytest.mark.parametrize(
    ("client", "forwarded", "settled"),
    [
        (STRANGER, "198.51.100.1", STRANGER),  # nobody's word but a proxy's
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "127.0.0.1, 198.51.100.1", "198.51.100.1"),  # what the client wrote itself stands further left
        (PROXY, "198.51.100.1, 10.0.0.8", "198.51.100.1"),  # two proxies, one behind the other
        (PROXY, "198.51.100.1:4711", "198.51.100.1"),
        (PROXY, "[2001:db8::1]:4711", "2001:db8::1"),
        (PROXY, "::ffff:198.51.100.1", "198.51.100.1"),
        (PROXY, "unknown", PROXY),
        (PROXY, "'; drop table", PROXY),
        (PROXY, "", PROXY),
        ("::ffff:10.0.0.7", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_client_is_who_a_trusted_proxy_says(client: str, forwarded: str, settled: str) -> None:
    seen = Seen()
    ask(Edge(seen, ["10.0.0.0/24"]), client=client, x_forwarded_for=forwarded)
    assert seen.scope["client"][0] == settled


@pytest.mark.parametrize(("client", "scheme", "host"), [(PROXY, "https", "cong.example.vn"), (STRANGER, "http", "tro-ly.example.vn")])
def test_scheme_and_host_come_from_a_trusted_proxy_alone(client: str, scheme: str, host: str) -> None:
    seen = Seen()
    told = {
        "x_forwarded_proto": "https",
        "x_forwarded_host": "cong.example.vn",
        "x_gradio_server": "https://evil.example",
        "forwarded": "for=1",
    }
    ask(Edge(seen, [PROXY]), client=client, x_real_ip="1.2.3.4", **told)
    assert seen.scope["scheme"] == scheme
    assert dict(seen.scope["headers"]) == {b"host": host.encode()}


# Hosts


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("tro-ly.example.vn", 200),
        ("TRO-LY.example.vn:8443", 200),
        ("a.tinh.example.vn", 200),
        ("evil.example", 421),
        ("tinh.example.vn.evil.example", 421),
        ("atinh.example.vn", 421),
        ("tro-ly.example.vn@evil.example", 421),
        ("", 421),
        ("tro-ly.example.vn/..", 421),
        ("<script>", 421),
    ],
)
def test_only_the_names_that_are_set_are_served(host: str, status: int) -> None:
    edge = Edge(Seen(), hosts=["tro-ly.example.vn", "*.tinh.example.vn"])
    assert ask(edge, host=host)[0] == status
    assert ask(edge, "/healthz", host="127.0.0.1:7860")[0] == 200


def test_without_names_any_host_is_served_but_no_broken_one() -> None:
    edge = Edge(Seen())
    assert [ask(edge, host=h)[0] for h in ("a.example", "[::1]:7860", "localhost", "a b", "a\x00", "a,b", "http://a")] == [200] * 3 + [
        421
    ] * 4


def test_proxies_and_hosts_are_settings() -> None:
    assert Settings.load(environment={}).trusted_proxies == ("127.0.0.1", "::1")
    found = Settings.load(environment={"NGHIQUYET_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1", "NGHIQUYET_HOSTS": "a.example.vn"})
    assert (found.trusted_proxies, found.hosts) == (("10.0.0.0/8", "127.0.0.1"), ("a.example.vn",))
    assert Settings.load(environment={"NGHIQUYET_TRUSTED_PROXIES": "none"}).trusted_proxies == ()
    with pytest.raises(SettingsError, match=r"NGHIQUYET_TRUSTED_PROXIES: 'nginx' are no addresses of proxies; give them like 127"):
        Settings.load(environment={"NGHIQUYET_TRUSTED_PROXIES": "nginx"})
    with pytest.raises(SettingsError, match=r"NGHIQUYET_HOSTS: 'http://a' are no names of hosts; give them like tro-ly"):
        Settings.load(environment={"NGHIQUYET_HOSTS": "http://a"})


# Other sites


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/gradio_api/queue/join", "POST", {}, 200),  # a program
        ("/gradio_api/queue/join", "POST", {"sec_fetch_site": "same-origin", "origin": "https://tro-ly.example.vn"}, 200),
        ("/gradio_api/queue/join", "POST", {"sec_fetch_site": "cross-site"}, 403),
        ("/gradio_api/queue/join", "POST", {"origin": "http://tro-ly.example.vn"}, 200),
        ("/gradio_api/queue/join", "POST", {"origin": "https://evil.example"}, 403),
        ("/gradio_api/queue/join", "POST", {"origin": "null"}, 403),
        ("/", "GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, 200),  # a link, or a portal's frame
        ("/quan-tri/gradio_api/queue/join", "POST", {"sec_fetch_site": "same-site"}, 403),
        ("/quan-tri/dang-nhap", "POST", {"origin": "https://evil.example.vn"}, 403),
        ("/quan-tri/dang-nhap", "POST", {"sec_fetch_site": "same-origin"}, 200),
        ("/quan-tri/", "GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, 200),
        ("/quan-tri/config", "GET", {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"}, 403),
        ("/quan-tri/gop-y.csv", "GET", {"origin": "https://evil.example.vn"}, 403),
        ("/quan-tri/dang-xuat", "GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, 403),
    ],
)
def test_other_sites_pages_do_nothing_here(path: str, method: str, headers: dict[str, str], status: int) -> None:
    answered, sent, body = ask(Fences(Seen(), "/quan-tri"), path, method, **headers)
    assert answered == status
    assert "access-control-allow-origin" not in sent  # Gradio lets every site read unless it runs on localhost
    if status == 403:
        assert body == loader.text("page", "other_site")
    assert (sent.get("cache-control") == "no-store") == (path.startswith("/quan-tri/") and status == 200)


# What of Gradio is there


@pytest.mark.parametrize("inside", ["", "/quan-tri"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/gradio_api/queue/join", 200),
        ("/gradio_api/component_server", 200),
        ("/gradio_api/run/predict", 200),  # events that don't wait in the queue
        ("/gradio_api/run/ask", 404),
        ("/gradio_api/call/ask", 200),
        ("/gradio_api/file=http://evil.example/x", 404),
        ("/gradio_api/file=https:/evil.example/x", 404),
        ("/gradio_api/file/http://evil.example/x", 404),
        ("/gradio_api/proxy=http://evil.example/x", 404),
        ("/gradio_api/process_recording", 404),
        ("/gradio_api/dev/reload", 404),
        ("/gradio_api/deep_link", 404),
        ("/gradio_api/vibe-edit", 404),
        ("/gradio_api/run-history/records", 404),
        ("/gradio_api/", 404),
        ("/monitoring/x", 404),
        ("/login", 404),
        ("/assets/" + "a" * 255, 200),
        ("/assets/" + "a" * 256, 404),  # no file can be called so
        ("/static/" + "ế" * 90, 404),
    ],
)
def test_of_gradio_there_is_what_the_page_uses(inside: str, path: str, status: int) -> None:
    assert ask(Fences(Seen(), "/quan-tri"), inside + path)[0] == status


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b"\xff{}"],
)
def test_an_event_is_an_object_of_json(body: bytes) -> None:
    seen = Seen()
    status, _, said = ask(Fences(seen, "/quan-tri"), "/gradio_api/queue/join", "POST", body=body)
    assert (status, said, seen.scope) == (400, loader.text("page", "not_done"), {})


def test_what_gradio_fails_on_is_a_request_that_can_not_be_met() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"Internal Server Error"})
        raise KeyError("component")

    assert ask(Fences(failing, "/quan-tri"), "/gradio_api/component_server", "POST")[::2] == (400, loader.text("page", "not_done"))


def test_that_gradio_s_queue_is_full_is_said_in_our_words() -> None:
    async def full(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"detail":"Queue is full. Max size is 64 and size is 64."}'})

    status, headers, said = ask(Fences(full, "/quan-tri"), "/gradio_api/queue/join", "POST")
    assert (status, headers["content-type"], headers["retry-after"]) == (503, "application/json; charset=utf-8", "5")
    assert json.loads(said) == {"detail": loader.text("page", "busy")}


def test_json_from_strangers_can_be_written_again() -> None:
    given = r'{"a\ud800": ["\ud83d\ude00 \udc80", NaN, -Infinity, 1e400, 123456789012345678901234567890, 0.5, true, null]}'
    assert json.loads(plain_object(given.encode())) == {"a\ufffd": ["\U0001f600 \ufffd", None, None, None, None, 0.5, True, None]}


def test_a_broken_cookie_is_no_session() -> None:
    door = Door(Seen(), Sessions(30))
    for cookie in ("\x00", "a b=c; =", 'nghiquyet-quan-tri="', "nghiquyet-quan-tri=" + "x" * 5000, ";" * 100, "[]=1", "nghiquyet-quan-tri"):
        assert ask(door, "/quan-tri/config", cookie=cookie)[0] == 401, cookie


# The real page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running(tmp_path_factory.mktemp("edge"), NGHIQUYET_OPERATOR_PASSWORD=PASSWORD) as served:
        yield served


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def fetched(page: Page, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, str]:
    """(status, headers, body) without following."""
    request = urllib.request.Request(page.url + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay).open(request, timeout=60) as reply:
            return reply.status, reply.headers, reply.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode("utf-8", "replace")


@pytest.mark.parametrize(
    "path", ["/", "/config", "/api/documents", "/api/nothing", "/healthz", "/nothing", "/chi-tieu.csv", "/quan-tri", "/quan-tri/dang-nhap"]
)
def test_every_answer_carries_the_headers(page: Page, path: str) -> None:
    _, headers, _ = fetched(page, path)
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert headers["permissions-policy"].startswith("camera=()")
    assert headers["server"] is None


def sign_in(page: Page, **headers: str) -> Any:
    status, sent, _ = fetched(page, "/quan-tri/dang-nhap", urlencode({"password": PASSWORD}).encode(), **headers)
    assert status == 303
    return sent["set-cookie"]


def test_the_operators_cookie_is_for_this_site_and_no_script(page: Page) -> None:
    plain, behind_tls = sign_in(page), sign_in(page, X_Forwarded_Proto="https")
    assert {"HttpOnly", "Path=/quan-tri", "SameSite=strict"} <= set(plain.split("; "))
    assert "Secure" not in plain.split("; ")
    assert "Secure" in behind_tls.split("; ")


def test_another_site_can_not_use_the_operators_session(page: Page) -> None:
    cookie = sign_in(page).split(";")[0]
    config = json.loads(fetched(page, "/quan-tri/config", Cookie=cookie)[2])
    rebuild = next(d["id"] for d in config["dependencies"] if d["api_visibility"] == "private" and not d["inputs"] and d["queue"])
    event = json.dumps({"data": [], "fn_index": rebuild, "session_hash": "x"}).encode()
    for origin in ("https://evil.example", f"http://127.0.0.1:{page.port + 1}", "null"):
        said = {"Cookie": cookie, "Origin": origin, "Content-Type": "application/json"}
        assert fetched(page, "/quan-tri/gradio_api/queue/join", event, **said)[0] == 403
        assert fetched(page, "/quan-tri/config", **{"Cookie": cookie, "Origin": origin})[0] == 403
    assert fetched(page, "/quan-tri/gradio_api/queue/join", event, Cookie=cookie, Content_Type="application/json")[0] == 200


def test_guesses_are_counted_by_the_client_that_the_proxy_names(page: Page) -> None:
    wrong = urlencode({"password": "falsch und lang"}).encode()
    said = [fetched(page, "/quan-tri/dang-nhap", wrong, X_Forwarded_For="198.51.100.1")[0] for _ in range(9)]
    assert said == [403] * 8 + [429]
    # What the client itself wrote into the header stands left of what the proxy adds, and changes nothing.
    assert fetched(page, "/quan-tri/dang-nhap", wrong, X_Forwarded_For="192.0.2.55, 198.51.100.1")[0] == 429
    assert fetched(page, "/quan-tri/dang-nhap", wrong, X_Forwarded_For="198.51.100.2")[0] == 403


@pytest.mark.parametrize("path", ["http://evil.example/file.txt", "/etc/passwd", "{data}/library.sqlite", "qa/cli.py"])
def test_files_that_nobody_uploaded_are_neither_fetched_nor_copied(page: Page, path: str) -> None:
    path = path.format(data=page.data)
    given = {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "a.txt"}
    body = json.dumps({"data": [given, None]}).encode()
    assert fetched(page, "/gradio_api/call/ask", body, Content_Type="application/json")[0] == 400
    # The operator's events take files, and those alone that were uploaded: a copy would lie in a folder of its own.
    cookie = sign_in(page).split(";")[0]
    config = json.loads(fetched(page, "/quan-tri/config", Cookie=cookie)[2])
    for event in config["dependencies"]:
        sent = {"data": [given] * len(event["inputs"]), "fn_index": event["id"], "session_hash": f"s{event['id']}"}
        fetched(page, "/quan-tri/gradio_api/queue/join", json.dumps(sent).encode(), Cookie=cookie, Content_Type="application/json")
    component = next(d["targets"][0][0] for d in config["dependencies"] if d["targets"] and d["targets"][0][1] == "upload")
    examine = next(d["id"] for d in config["dependencies"] if d["inputs"] == [component])
    said = fetched(page, f"/quan-tri/gradio_api/queue/data?session_hash=s{examine}", Cookie=cookie)[2]
    assert '"success":false' in said.replace(" ", "")
    assert "Traceback" not in said
    assert list((page.data / "uploads").glob("*")) == []
    assert (page.data / "library.sqlite").exists()


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "/proc/self/environ", "{data}/library.sqlite", "\x00"]
)
def test_files_of_the_machine_are_not_served(page: Page, path: str) -> None:
    path = path.format(data=page.data)
    status, _, body = fetched(page, f"/gradio_api/file={urllib.parse.quote(path, safe='/%')}")
    assert status in (400, 403, 404)
    assert "root:" not in body
