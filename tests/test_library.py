"""The library in the data folder: what is kept, corrected, forgotten, read again, and what is said where that fails."""

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import documents.database
from documents.adding import name_of, understand
from documents.corrections import CorrectionError, checked, corrected
from documents.database import FILE, Library, LibraryError, Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Fact, Resolution
from index.store import open_index
from qa.assistant import Assistant
from qa.cli import main
from qa.settings import Settings
from tests.conftest import small_document

PLAN = """ỦY BAN NHÂN DÂN
TỈNH ĐỒNG NAI
Số: 45/KH-UBND
Đồng Nai, ngày 12 tháng 3 năm 2024

KẾ HOẠCH
Phát triển thư viện số trên địa bàn tỉnh Đồng Nai đến năm 2025

I. MỤC TIÊU

1. Mục tiêu đến năm 2025

- Số hóa tối thiểu 75% tài liệu quý hiếm của các thư viện công cộng.

- 100% thư viện cấp huyện có phòng đọc điện tử.

II. TỔ CHỨC THỰC HIỆN

1. Sở Văn hóa, Thể thao và Du lịch chủ trì, phối hợp với các địa phương triển khai Kế hoạch này, xây dựng cổng thư viện xanh lam.

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Nguyễn Thị Mai Hoa
"""
ID = "dong-nai-45-kh-ubnd"


def read_plan(text: str = PLAN, name: str = "ke-hoach.txt") -> tuple[Resolution, Original]:
    content = text.encode()
    original = Original(content, name, "text")
    return understand(read(content, name), original), original


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


def put_plan(library: Library, text: str = PLAN) -> Resolution:
    document, original = read_plan(text)
    with library.change() as change:
        change.put(document, original)
    return document


def test_a_fresh_library_holds_the_bundled_documents(library: Library) -> None:
    assert library.documents() == bundled()
    assert library.digest() == corpus_digest(bundled())
    assert [e.bundled for e in library.entries()] == [True] * 4
    assert b"chuy" in library.original("tra-vinh-2022")


def test_a_document_comes_back_as_it_was_put(library: Library) -> None:
    document = put_plan(library)
    assert document.id == ID
    assert (document.province, document.number, document.issued) == ("Đồng Nai", "45/KH-UBND", "2024-03-12")
    assert library.documents() == (*bundled(), document)
    assert library.digest() == corpus_digest((*bundled(), document))
    entry = library.entries()[-1]
    assert (entry.id, entry.file_name, entry.format, entry.bundled) == (ID, "ke-hoach.txt", "text", False)
    assert library.original(ID) == PLAN.encode()
    assert {(t.value, t.unit, t.year) for t in library.targets() if t.document_id == ID} == {(75, "%", 2025), (100, "%", 2025)}


def test_corrections_stand_over_what_was_read_and_survive_a_new_reading(library: Library) -> None:
    put_plan(library)
    before = library.digest()
    with library.change() as change:
        change.correct(ID, checked({"issued": "13/03/2024", "province": "dong nai", "signer": "Lê Văn A"}))
    for _ in range(2):
        document = library.documents()[-1]
        assert (document.issued, document.province) == ("2024-03-13", "Đồng Nai")
        assert document.facts["issued"] == (Fact("2024-03-13"),)
        assert document.facts["signer"] == (Fact("Lê Văn A"),)
        assert library.digest() != before, "the index has to be made anew"
        assert library.digest() == corpus_digest(library.documents())
        library.reread_all()
    with library.change() as change:
        change.correct(ID, {"issued": "", "province": "", "signer": ""})
    assert library.documents()[-1].issued == "2024-03-12"
    assert library.digest() == before


def test_a_corrected_province_is_the_targets_province(library: Library) -> None:
    put_plan(library)
    with library.change() as change:
        change.correct(ID, {"province": "Bình Phước"})
    assert {t.province for t in library.targets() if t.document_id == ID} == {"Bình Phước"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("colour", "red", "there is no field 'colour' to set; there are: title, kind, province,"),
        ("province", "Atlantis", "'Atlantis' is no province of Việt Nam"),
        ("issued", "31/02/2024", "'31/02/2024' is no date"),
        ("issued", "hôm qua", "'hôm qua' is no date"),
        ("title", "x" * 501, "501 characters are too many"),
    ],
)
def test_a_correction_is_checked(field: str, value: str, said: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        checked({field: value})
    assert said in str(caught.value)


def test_values_are_kept_in_one_form() -> None:
    given = {"province": "tp hcm", "issued": "5.9.2025", "title": "  Kế  hoạch "}
    assert checked(given) == {"province": "TP. Hồ Chí Minh", "issued": "2025-09-05", "title": "Kế hoạch"}
    assert checked({"province": "trung ương"}) == {"province": "Trung ương"}
    document = small_document("x", "Gia Lai", "Một.")
    assert corrected(document, {"number": "1/KH"}).number == "1/KH"
    assert corrected(document, {}) == document


def test_a_removed_document_leaves_no_trace(library: Library, tmp_path: Path) -> None:
    put_plan(library)
    with library.change() as change:
        change.correct(ID, {"signer": "Người Ký Lạ"})
    assert "cổng thư viện xanh lam".encode() in (tmp_path / FILE).read_bytes()
    with library.change() as change:
        change.remove(ID)
    assert library.documents() == bundled()
    kept = (tmp_path / FILE).read_bytes()
    assert "cổng thư viện xanh lam".encode() not in kept
    assert "Người Ký Lạ".encode() not in kept


def test_a_removed_bundled_document_stays_away_until_it_is_asked_back(library: Library) -> None:
    with library.change() as change:
        change.remove("tra-vinh-2022")
    library.reread_all()
    assert [d.id for d in library.documents()] == [d.id for d in bundled() if d.id != "tra-vinh-2022"]
    with library.change() as change:
        assert change.restore_bundled() == ["tra-vinh-2022"]
    assert {d.id for d in library.documents()} == {d.id for d in bundled()}


def test_a_file_in_the_place_of_a_bundled_document_stays(library: Library) -> None:
    document, original = read_plan()
    mine = understand(read(original.content, original.file_name), original, "gia-lai-04-nq-tu")
    with library.change() as change:
        change.put(mine, original)
    library.reread_all()
    assert library.original("gia-lai-04-nq-tu") == PLAN.encode()
    assert library.documents()[0].text == document.text


def test_what_the_operator_says_is_answered_as_such(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    with library.change() as change:
        change.correct("binh-dinh-khoa-xx", checked({"number": "05-NQ/TU"}))
    assistant = Assistant.open(Settings.load(data=str(tmp_path)), say=lambda _: None)
    answer = assistant.ask("Nghị quyết của Bình Định mang số hiệu nào?")
    assert answer.status == "answered"
    assert "05-NQ/TU" in answer.text
    assert "do người quản lý thư viện ghi" in answer.text
    listed = assistant.ask("Thư viện có những văn bản nào?")
    assert "- **Bình Định**: Nghị quyết về chuyển đổi số tỉnh Bình Định" in listed.text
    assert "05-NQ/TU, không ghi ngày" in listed.text


def test_a_change_that_fails_changes_nothing(library: Library) -> None:
    before = library.documents()
    document, original = read_plan()

    def fail() -> None:
        with library.change() as change:
            change.put(document, original)
            change.remove("gia-lai-04-nq-tu")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert library.documents() == before


def test_a_second_writer_is_told_to_wait(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents.database, "_WAIT", 0.1)
    with library.change():
        said = r"another process \(\S.*, process \d+, since [0-9:]+\) is changing the library; wait"
        with pytest.raises(LibraryError, match=said), library.change():
            raise AssertionError("two writers at once")
        assert library.documents() == bundled(), "readers go on"


def test_a_broken_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryError, match=r"can't be read \(file is not a database\); restore it from a backup: nghiquyet restore FILE"):
        Library.open(tmp_path)
    assert (tmp_path / FILE).read_bytes().startswith(b"not a database")


def test_a_library_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    Library.open(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE meta SET value = '999 1 x'")
    with pytest.raises(LibraryError, match="written by a newer version"):
        Library.open(tmp_path)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(LibraryError, match="can't be written"):
        Library.open(tmp_path / "data")


def test_what_an_older_program_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(tmp_path)
    put_plan(library)
    with library.change() as change:
        change.correct(ID, {"signer": "Lê Văn A"})
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE documents SET text = 'older' WHERE id = ?", (ID,))
        db.execute("DELETE FROM targets")
    assert Library.open(tmp_path).documents()[-1].text == "older"
    monkeypatch.setattr(documents.database, "READING", 999)
    again = Library.open(tmp_path)
    assert again.documents()[-1].text.startswith("ỦY BAN NHÂN DÂN")
    assert again.documents()[-1].facts["signer"] == (Fact("Lê Văn A"),)
    assert any(t.document_id == ID for t in again.targets())


def test_documents_are_named_by_province_and_number() -> None:
    plain = small_document("x", "", "Một.")
    assert name_of(corrected(plain, {"province": "Cần Thơ", "number": "157/KH-UBND"}), "a.txt") == "can-tho-157-kh-ubnd"
    assert name_of(corrected(plain, {"province": "Trung ương", "number": "2597/QĐ-TTg"}), "a.txt") == "2597-qd-ttg"
    assert name_of(corrected(plain, {"province": "Đồng Nai", "issued": "2024-03-12"}), "a.txt") == "dong-nai-nghi-quyet-2024"
    assert name_of(plain, "Kế hoạch số.docx") == "ke-hoach-so"
    assert name_of(plain, "???") == "van-ban"


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "qa.cli", *words, "--data", str(data)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to which the plan was added on the command line."""
    folder = tmp_path_factory.mktemp("added")
    (folder / "ke-hoach.txt").write_text(PLAN, "utf-8")
    done = run(folder / "data", "add", str(folder / "ke-hoach.txt"))
    assert done.returncode == 0, done.stderr
    assert f"added as {ID} (Kế hoạch, 45/KH-UBND, Đồng Nai, 2024-03-12;" in done.stderr
    assert done.stdout.split("\t")[:4] == [ID, "Đồng Nai", "45/KH-UBND", "2024-03-12"]
    return folder


def test_an_added_document_answers(added: Path) -> None:
    done = run(added / "data", "ask", "--json", "Đồng Nai phấn đấu số hóa bao nhiêu phần trăm tài liệu quý hiếm?")
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert "75%" in answer["answer"]
    citation = answer["citations"][0]
    assert (citation["document_id"], citation["number"], citation["issued"]) == (ID, "45/KH-UBND", "2024-03-12")
    text = run(added / "data", "text", ID).stdout
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_what_stood_before_is_not_embedded_again(added: Path, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(PLAN.replace("45/KH", "46/KH").replace("75%", "85%"), "utf-8")
    done = run(added / "data", "add", str(tmp_path / "b.txt"))
    counted = [line for line in done.stderr.splitlines() if line.endswith("passages embedded")]
    assert counted[-1] == "1/1 passages embedded" or counted[-1].startswith(("2/2 ", "3/3 ")), counted
    assert run(added / "data", "remove", "dong-nai-46-kh-ubnd").returncode == 0


def test_the_same_content_is_recognised(added: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.md").write_text(PLAN.replace("\n", "\r\n"), "utf-8")
    done = run(added / "data", "add", str(tmp_path / "copy.md"))
    assert done.returncode == 0
    assert f"the same text is in the library already, as {ID}" in done.stderr
    listed = [json.loads(line) for line in run(added / "data", "list", "--json").stdout.splitlines()]
    assert [d["id"] for d in listed if not d["bundled"]] == [ID]


def test_another_text_with_the_same_number_takes_replace(added: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(PLAN.replace("75%", "95%"), "utf-8")
    refused = run(added / "data", "add", str(tmp_path / "new.txt"))
    assert refused.returncode == 1
    assert "add --replace to put this one in its place" in refused.stderr
    done = run(added / "data", "add", "--replace", str(tmp_path / "new.txt"))
    assert done.returncode == 0, done.stderr
    assert "95%" in run(added / "data", "text", ID).stdout
    assert run(added / "data", "add", "--replace", str(added / "ke-hoach.txt")).returncode == 0
    assert "75%" in run(added / "data", "text", ID).stdout


def test_a_folder_is_added_and_what_fails_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.txt").write_text(PLAN, "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "photo.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (folder / ".hidden.txt").write_text("không đọc", "utf-8")
    done = run(tmp_path / "data", "add", str(folder))
    assert done.returncode == 1, "two files could not be added"
    assert done.stdout.split("\t")[0] == ID
    lines = {line.split(": ")[0].rsplit("/", 1)[-1]: line for line in done.stderr.splitlines() if ": " in line}
    assert "not added: " in lines["empty.txt"]
    assert "not added: " in lines["photo.docx"]
    assert ".hidden" not in done.stderr


def test_setting_metadata_on_the_command_line(added: Path) -> None:
    done = run(added / "data", "set", ID, "signer=Trần Văn B", "issued=14/03/2024")
    assert done.stdout.split("\t")[3] == "2024-03-14"
    assert run(added / "data", "set", ID, "signer=", "issued=").stdout.split("\t")[3] == "2024-03-12"
    unknown = run(added / "data", "set", ID, "colour=red")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "there is no field 'colour'" in unknown.stderr
    assert "'red' says nothing to set; write it as key=value" in run(added / "data", "set", ID, "red").stderr


def test_removing_forgets_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    (tmp_path / "p.txt").write_text(PLAN, "utf-8")
    assert main(["add", str(tmp_path / "p.txt"), "--data", str(data)]) == 0
    assert main(["remove", ID, "--data", str(data)]) == 0
    assert main(["remove", ID, "--data", str(data)]) == 1
    assert f"no document is called '{ID}'; there are: gia-lai-04-nq-tu," in capsys.readouterr().err
    for file in data.rglob("*"):
        assert not file.is_file() or "thư viện xanh lam".encode() not in file.read_bytes(), file
    assistant = Assistant.open(Settings.load(data=str(data)), say=lambda _: None)
    assert assistant.ask("Đồng Nai số hóa bao nhiêu tài liệu quý hiếm?").refused


def test_an_index_of_the_library_before_is_made_anew(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    put_plan(library)  # as a process that was killed between the library and the index would leave it
    said: list[str] = []
    assistant = Assistant.open(Settings.load(data=str(tmp_path)), say=said.append)
    assert assistant.index.documents[-1].id == ID
    model = assistant.embedder.name if assistant.embedder else None
    assert open_index(tmp_path, model=model, corpus=library.digest()).documents[-1].id == ID


def test_targets_are_filtered_and_written(added: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in run(added / "data", "targets", "--province", "dong nai", "--format", "json").stdout.splitlines()]
    assert [(r["value"], r["unit"], r["year"], r["document_id"]) for r in rows] == [(75, "%", 2025, ID), (100, "%", 2025, ID)]
    assert list(rows[0]) == [
        *("document_id", "province", "year", "pillar", "indicator", "comparator", "value", "value_max"),
        *("unit", "level", "quote", "section", "start", "end"),
    ]
    assert run(added / "data", "targets", "--province", "dong nai", "--year", "2030", "--format", "json").stdout == ""
    done = run(added / "data", "targets", "--text", "quý hiếm", "--format", "csv", "--out", str(tmp_path / "t.csv"))
    assert done.returncode == 0, done.stderr
    table = list(csv.reader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()))
    assert len(table) == 2
    assert "75" in table[1]
    done = run(added / "data", "targets", "--format", "xlsx", "--out", str(tmp_path / "t.xlsx"))
    assert done.returncode == 0, done.stderr
    import openpyxl

    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert sheet.max_row > 100
    refused = run(added / "data", "targets", "--province", "Atlantis")
    assert refused.returncode == 1
    assert "'Atlantis' is no province" in refused.stderr
