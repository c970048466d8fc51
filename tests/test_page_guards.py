"""What stands before the page: limits, headers, the operator's door; and the library taken up while the page runs."""

import asyncio
import dataclasses
import gc
import json
import socket
import stat
import subprocess
import sys
import urllib.error
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_process import DONG_NAI, PASSWORD, ROOT, Page, running
from starlette.types import Receive, Scope, Send

from prompts import loader
from qa.app import shelving
from qa.app.guards import Limits, Tidy, tidied
from qa.app.live import Live, open_holding
from qa.app.passwords import Password, PasswordError, Sessions
from qa.app.server import PortInUseError, listen
from qa.app.shelving import ShelvingError
from qa.app.sign_in import Door, Tries
from qa.settings import Settings


def test_an_answer_does_not_wait_for_the_receipt_of_its_headers() -> None:
    with listen("127.0.0.1", 0) as held, socket.create_connection(held.getsockname()) as client:
        accepted, _ = held.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert client.getpeername() == held.getsockname()


def test_a_port_that_is_held_is_named() -> None:
    with listen("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {port} on 127.0.0.1 is already in use"):
            listen("127.0.0.1", port)


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads what it is sent and answers with its length."""
    size, more = 0, scope["type"] == "http"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": f'<html lang="en">{size}'.encode()})


def call(
    app: Any, path: str, method: str = "POST", body: bytes = b"", client: str = "10.0.0.1", declared: bool = True, cookie: str = ""
) -> Any:
    """(status, headers, body) of one request; the status is None where the connection was dropped."""
    headers = [(b"content-length", str(len(body)).encode())] if declared else []
    headers += [(b"cookie", cookie.encode())] if cookie else []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": headers,
        "client": (client, 1),
        "query_string": b"",
        "root_path": "",
    }
    pieces = [body[i : i + 1_000_000] for i in range(0, len(body), 1_000_000)] or [b""]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    if not sent:
        return None, {}, ""
    found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:]).decode()


# Limits


def test_who_sends_too_often_is_told_and_others_are_not() -> None:
    clock = Clock()
    limits = Limits(inner, a_minute=60, uploads=None, largest_upload=0, clock=clock)
    answers = [call(limits, "/gradio_api/queue/join")[0] for _ in range(20)]
    assert answers == [200] * 15 + [429] * 5
    status, _, said = call(limits, "/gradio_api/queue/join")
    assert (status, said) == (429, loader.text("page", "too_often"))
    assert call(limits, "/gradio_api/queue/join", client="10.0.0.2")[0] == 200
    assert call(limits, "/", method="GET")[0] == 200  # looking costs nothing
    clock.now += 3
    assert [call(limits, "/x")[0] for _ in range(4)] == [200, 200, 200, 429]


def test_no_limit_where_none_is_set() -> None:
    limits = Limits(inner, a_minute=0, uploads=None, largest_upload=0)
    assert {call(limits, "/x")[0] for _ in range(100)} == {200}


@pytest.mark.parametrize("declared", [True, False])
def test_what_is_too_large_is_not_taken(declared: bool) -> None:
    limits = Limits(inner, a_minute=0, uploads="/quan-tri/", largest_upload=5_000_000)
    status, _, said = call(limits, "/gradio_api/queue/join", body=b"x" * 3_000_000, declared=declared)
    assert (status, said) == ((413, "Nội dung gửi lên quá lớn; tối đa 2 MB.") if declared else (None, ""))
    assert call(limits, "/quan-tri/gradio_api/upload", body=b"x" * 3_000_000, declared=declared)[0] == 200
    assert call(limits, "/quan-tri/gradio_api/upload", body=b"x" * 6_000_000, declared=declared)[0] in (413, None)


def test_files_are_taken_from_the_operator_alone() -> None:
    without = Limits(inner, a_minute=0, uploads=None, largest_upload=5_000_000)
    for path in ("/gradio_api/upload", "/quan-tri/gradio_api/upload"):
        assert call(without, path, body=b"x")[0] == 403
    operated = Limits(inner, a_minute=0, uploads="/quan-tri/", largest_upload=5_000_000)
    assert call(operated, "/gradio_api/upload", body=b"x")[0] == 403


# Headers


def test_every_answer_carries_the_policy_and_pages_are_put_right() -> None:
    tidy = Tidy(inner, "https://portal.example.vn", frozenset({"/"}))
    for path in ("/", "/config"):
        _, headers, body = call(tidy, path, method="GET")
        policy = headers["content-security-policy"]
        assert "frame-ancestors https://portal.example.vn" in policy
        assert "object-src 'none'" in policy
        assert "default-src 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert body.startswith('<html lang="vi"' if path == "/" else '<html lang="en"')


def test_preview_cards_and_the_manifest_go() -> None:
    page = '<html lang="en"><meta property="og:image" content="https://x.example/y"><link rel="manifest" href="/m"><title>t</title>'
    assert tidied(page) == '<html lang="vi"><title>t</title>'


# Password and sessions


def test_a_password_fits_only_itself_and_survives_its_file(tmp_path: Path) -> None:
    password = Password.of("mật khẩu dài")
    assert password.fits("mật khẩu dài")
    assert not password.fits("mật khẩu dai")
    assert Password.of("mật khẩu dài").hash != password.hash
    password.write(tmp_path / "p")
    assert Password.read(tmp_path / "p") == password
    assert stat.S_IMODE((tmp_path / "p").stat().st_mode) == 0o600
    assert "mật" not in (tmp_path / "p").read_text("ascii")


@pytest.mark.parametrize("content", ["", "scrypt a b", "md5 YQ== YQ==", "mật khẩu", "scrypt YQ== YQ=="])
def test_a_file_that_holds_no_hash_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "p").write_text(content, "utf-8")
    with pytest.raises(PasswordError, match=r"p holds no hashed password; make it with: nghiquyet password "):
        Password.read(tmp_path / "p")


def test_the_command_writes_the_hash(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qa.cli", "password", str(tmp_path / "p")]
    done = subprocess.run(command, cwd=ROOT, input="mật khẩu dài\n", capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert Password.read(tmp_path / "p").fits("mật khẩu dài")
    short = subprocess.run(command, cwd=ROOT, input="kurz\n", capture_output=True, text=True, timeout=60, check=False)
    assert (short.returncode, short.stderr) == (1, "nghiquyet: the operator's password has 4 characters; give at least 8\n")


def test_sessions_end_by_themselves_and_by_signing_out() -> None:
    clock = Clock()
    sessions = Sessions(30, clock)
    token = sessions.begin()
    clock.now += 29 * 60
    assert sessions.alive(token)
    clock.now += 29 * 60
    assert sessions.alive(token)  # used meanwhile
    clock.now += 31 * 60
    assert not sessions.alive(token)
    other = sessions.begin()
    sessions.end(other)
    assert not sessions.alive(other)
    assert not sessions.alive(None)
    assert not sessions.alive("")


def test_guessing_is_slowed_down() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(8):
        assert not tries.too_many("a")
        tries.wrong("a")
    assert tries.too_many("a")
    assert not tries.too_many("b")
    clock.now += 301
    assert not tries.too_many("a")


def test_nothing_behind_the_door_is_reached_without_a_session() -> None:
    sessions = Sessions(30)
    door = Door(inner, sessions)
    assert call(door, "/quan-tri", method="GET")[:2][0] == 303
    assert call(door, "/quan-tri/", method="GET")[1]["location"] == "/quan-tri/dang-nhap"
    for path in ("/quan-tri/config", "/quan-tri/gradio_api/queue/join", "/quan-tri/gop-y.csv", "/quan-tri/gradio_api/upload"):
        for method in ("GET", "POST"):
            assert call(door, path, method=method)[0] == 401, path
            assert call(door, path, method=method, cookie="nghiquyet-quan-tri=falsch")[0] == 401, path
    assert call(door, "/quan-trinh", method="GET")[0] == 200
    assert call(door, "/quan-tri/config", method="GET", cookie=f"nghiquyet-quan-tri={sessions.begin()}")[0] == 200


# The library, taken up while the page runs


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    settings = Settings.load(data=str(tmp_path / "data"), environment={})
    made = Live(open_holding(settings), settings)
    yield made
    made.stop()


def test_the_operator_adds_corrects_and_removes_and_each_is_taken_up_at_once(live: Live) -> None:
    before = live.current
    file = shelving.examined(live.settings, DONG_NAI.encode(), "nq.txt")
    assert (file.same, file.replaces) == (None, None)
    assert shelving.values_of(file.document)["issued"] == "12/05/2022"
    assert len(file.targets) == 4
    assert live.current is before  # looking changes nothing
    title = shelving.add(live, file, {**shelving.values_of(file.document), "signer": "Trần Thị Sửa"}, replace=False)
    assert title == "Nghị quyết về chuyển đổi số tỉnh Đồng Nai đến năm 2025, định hướng đến năm 2030"
    assert "33%" in live.current.assistant.ask("Kinh tế số trong GRDP của Đồng Nai năm 2030?").text
    assert "Trần Thị Sửa" in live.current.assistant.ask("Ai ký nghị quyết của Đồng Nai?").text
    assert before.document("dong-nai-15-nq-tu") is None  # who was in the middle of something goes on with what there was
    assert any(t.province == "Đồng Nai" for t in live.current.targets)
    again = shelving.examined(live.settings, DONG_NAI.encode(), "nq.txt")
    assert again.same == title
    other = shelving.examined(live.settings, DONG_NAI.replace("33%", "34%").encode(), "nq2.txt")
    assert other.replaces == title
    with pytest.raises(ShelvingError, match="Thư viện đã có văn bản cùng số"):
        shelving.add(live, other, shelving.values_of(other.document), replace=False)
    shelving.add(live, other, shelving.values_of(other.document), replace=True)
    assert "34%" in live.current.assistant.ask("Kinh tế số trong GRDP của Đồng Nai năm 2030?").text
    shelving.correct(live, "dong-nai-15-nq-tu", {**shelving.values_of(other.document), "issued": "13/05/2022"})
    changed = live.current.document("dong-nai-15-nq-tu")
    assert changed is not None
    assert changed.issued == "2022-05-13"
    shelving.remove(live, "dong-nai-15-nq-tu")
    assert live.current.document("dong-nai-15-nq-tu") is None
    assert len(live.current.documents) == 4


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("issued", "32/13/2022", "Ngày ban hành không đúng; xin ghi như 18/11/2025."),
        ("province", "Atlantis", "Không có tỉnh, thành phố nào tên như vậy"),
    ],
)
def test_a_wrong_correction_is_one_sentence_and_changes_nothing(live: Live, field: str, value: str, sentence: str) -> None:
    file = shelving.examined(live.settings, DONG_NAI.encode(), "nq.txt")
    before = live.current
    with pytest.raises(ShelvingError) as caught:
        shelving.add(live, file, {**shelving.values_of(file.document), field: value}, replace=False)
    assert str(caught.value).startswith(sentence)
    assert live.current is before


def test_a_library_that_can_not_be_taken_up_leaves_the_old_one(live: Live, tmp_path: Path) -> None:
    before = live.current
    assert live.refresh() is False
    assert live.current is before
    stale = Live(dataclasses.replace(before, digest="of another library"), live.settings, load=lambda _: before)
    assert stale.refresh() is True
    assert stale.current is before


class _Remembered:
    """Holds itself, as the parts of an assistant do."""

    def __init__(self) -> None:
        self.itself = self


def test_states_before_are_let_go_though_what_is_served_is_kept_out_of_the_looking(live: Live) -> None:
    marks = [_Remembered() for _ in range(3)]
    gone = [weakref.ref(m) for m in marks]
    gc.collect()
    gc.freeze()
    try:
        del marks[:]
        gc.collect()
        assert all(g() is not None for g in gone)  # frozen: the collector passes them over
        stale = Live(dataclasses.replace(live.current, digest="of another library"), live.settings, load=lambda _: live.current)
        assert stale.refresh()
        assert [g() for g in gone] == [None] * 3
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


# The real page


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running(tmp_path_factory.mktemp("operated"), NGHIQUYET_OPERATOR_PASSWORD=PASSWORD) as page:
        yield page


def refused(page: Page, path: str, body: bytes | None = None) -> int:
    with pytest.raises(urllib.error.HTTPError) as caught:
        page.open(path, body, {"Content-Type": "application/json"})
    caught.value.close()
    return caught.value.code


def test_the_operators_events_can_not_be_called_from_outside(operated: Page) -> None:
    sent = json.dumps({"data": [], "fn_index": 0, "session_hash": "x"}).encode()
    assert refused(operated, "/quan-tri/gradio_api/queue/join", sent) == 401
    assert refused(operated, "/quan-tri/gradio_api/component_server", sent) == 401
    assert refused(operated, "/quan-tri/gop-y.csv") == 401
    assert refused(operated, "/quan-tri/config") == 401
    assert refused(operated, "/gradio_api/upload", b"x") == 403
    assert 'type="password"' in operated.open("/quan-tri")
    names = {d["api_name"] for d in json.loads(operated.open("/config"))["dependencies"] if d.get("api_visibility") == "public"}
    assert names == {"ask"}


def test_the_files_of_the_lookup_are_filtered(operated: Page) -> None:
    lines = operated.open("/chi-tieu.csv?text=kinh+te+so+GRDP&year=2025").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("Mã văn bản,")


def test_without_a_password_there_is_no_operator(tmp_path: Path) -> None:
    with running(tmp_path) as page:
        for path in ("/quan-tri", "/quan-tri/", "/quan-tri/dang-nhap", "/quan-tri/config", "/quan-tri/gop-y.csv"):
            assert refused(page, path) == 404, path
        assert refused(page, "/quan-tri/gradio_api/upload", b"x") == 403
