"""Recognising scans: how many letters are right, what is judged a scan, boxes on tilted and turned pages, what the reader is told."""

import io
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from documents import pages
from documents.adding import reread, understand
from documents.database import Library, Original
from documents.reading import ocr
from documents.reading.dispatch import read
from documents.reading.source import Bounds, Reading, ReadingError, Source
from index.mending import mended, searched
from qa.library_commands import add
from qa.settings import Settings
from tests.conftest import FakeEmbedder
from tests.papers import LEFT, RIGHT, Paper, decision, needs_font, needs_ocr, pictures, saved, scanned

WORDS = "Sửa đổi, bổ sung một số điều của Luật phòng cháy và chữa cháy, bảo đảm quyền và nghĩa vụ của tổ chức, cá nhân."


def text_of(source: Source) -> str:
    return "\n".join(b.text for b in source.blocks)


def wrong_letters(expected: str, found: str) -> int:
    """The edit distance."""
    letters, steps = np.array([ord(c) for c in found]), np.arange(len(found) + 1)
    row = steps
    for i, letter in enumerate(expected, start=1):
        fresh = np.empty_like(row)
        fresh[0] = i
        fresh[1:] = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        # What is left out on the way along the row costs one each.
        row = np.minimum.accumulate(fresh - steps) + steps
    return int(row[-1])


def page_of_words(times: int = 6) -> bytes:
    paper = Paper().open_page()
    for n in range(1, times + 1):
        paper.paragraph(f"{n}. {WORDS}")
    return paper.made()


@needs_ocr
def test_a_scanned_decision_reads_like_the_printed_one() -> None:
    printed = decision(2)
    told: list[tuple[int, int]] = []
    source = read(scanned(pictures(printed)), "a.pdf", Reading(progress=lambda done, total: told.append((done, total))))
    expected = text_of(read(printed, "a.pdf"))
    assert wrong_letters(expected, text_of(source)) <= 0.02 * len(expected)
    assert [b.text for b in source.blocks][:2] == ["ỦY BAN NHÂN DÂN", "TỈNH GIA LAI"]
    assert "CÔNG BÁO" not in text_of(source)
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert all(p.confidence and 0.7 < p.confidence <= 1 for p in source.pages)
    assert "its text was recognised from pictures (OCR; " in source.warnings[0]
    document = understand(source, Original(b"", "a.pdf", "pdf"))
    assert document.recognised
    assert (document.number, document.province) == ("123/QĐ-UBND", "Gia Lai")


@needs_ocr
def test_each_page_is_judged_by_itself() -> None:
    paper = Paper()
    paper.open_page().paragraph(f"Điều 1. {WORDS} {WORDS}")
    [image] = pictures(page_of_words(3))
    paper.open_page().image(io.BytesIO(saved(image, "PNG")), 0, 0, 595, 842)
    # What the program for signatures left is no text layer.
    paper.at(330, 20, "Người ký: Văn phòng Ủy ban nhân dân tỉnh Gia Lai", 6).at(330, 30, "Thời gian ký: 27.08.2024 09:15:02 +07:00", 6)
    paper.open_page()
    source = read(paper.made(), "a.pdf")
    assert [p.confidence is None for p in source.pages] == [True, False, True]
    assert source.blocks[0].text == f"Điều 1. {WORDS} {WORDS}"
    assert "Người ký" not in text_of(source)
    assert [b.page for b in source.blocks] == [1, 2, 2, 2]
    assert source.warnings[0].startswith("the text of 1 of its 3 pages was recognised")


@needs_ocr
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_read_as_scans_are(form: str) -> None:
    [image] = pictures(page_of_words(2), 150)
    source = read(saved(image, form, dpi=(150, 150)), "trang.bin")
    assert source.format == "image"
    assert wrong_letters(f"1. {WORDS}\n2. {WORDS}", text_of(source)) <= 6
    [page] = source.pages
    assert (page.width, page.height) == (pytest.approx(595, abs=2), pytest.approx(842, abs=2))


@needs_ocr
def test_a_picture_of_several_pages_and_one_with_colours() -> None:
    one, two = (p.convert("RGB") for p in pictures(page_of_words(2), 150) * 2)
    # A red seal over the text is left out.
    seal = Image.new("RGB", (300, 120), (225, 60, 60))
    one.paste(
        Image.composite(seal, one.crop((200, 150, 500, 270)), one.crop((200, 150, 500, 270)).convert("L").point(lambda v: 255 * (v > 128))),
        (200, 150),
    )
    source = read(saved(one, "TIFF", save_all=True, append_images=[two], dpi=(150, 150)), "a.tif")
    assert [p.number for p in source.pages] == [1, 2]
    assert [b.page for b in source.blocks] == [1, 1, 2, 2]
    assert wrong_letters(source.blocks[0].text, source.blocks[2].text) <= 3


@needs_ocr
@pytest.mark.parametrize(("turn", "tilt"), [(90, 0.0), (180, 0.0), (0, 2.0)])
def test_lines_of_turned_and_tilted_pages_lie_where_they_are_seen(turn: int, tilt: float) -> None:
    [image] = pictures(page_of_words())
    seen = image.rotate(turn, expand=True).rotate(tilt, fillcolor=255, resample=Image.Resampling.BICUBIC)
    source = read(scanned([seen]), "a.pdf")
    assert wrong_letters(f"1. {WORDS}", source.blocks[0].text) <= 3
    [page] = source.pages
    assert (page.width > page.height) == (turn == 90)
    # Under each box there is ink, and around all of them hardly any.
    left = seen.copy()
    for line in (x for b in source.blocks for x in b.lines):
        box = tuple(round(v * 200 / 72) for v in (line.left - 2, line.top - 2, line.right + 2, line.bottom + 2))
        assert sum(seen.crop(box).histogram()[:128]) > 100
        left.paste(255, box)
    assert sum(left.histogram()[:128]) < 0.05 * sum(seen.histogram()[:128])


@needs_font
def test_without_tesseract_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scan = scanned(pictures(page_of_words(1), 72))
    ocr.program.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ReadingError, match=r"Tesseract.*isn't installed; install it \(apt-get install tesseract-ocr tesseract-ocr-vie\)"
    ) as caught:
        read(scan, "quet.pdf")
    assert caught.value.reason == "no_program"
    # Tesseract without its data for Vietnamese.
    fake = tmp_path / "tesseract"
    fake.write_text("#!/bin/sh\necho 'List of available languages (1):'\necho eng\n")
    fake.chmod(0o755)
    with pytest.raises(ReadingError, match="no data for Vietnamese"):
        read(scan, "quet.pdf")
    ocr.program.cache_clear()


@needs_ocr
def test_a_page_that_takes_too_long_is_left_out() -> None:
    source = read(scanned(pictures(page_of_words(1)) * 2), "a.pdf")
    assert len(source.pages) == 2
    with pytest.raises(ReadingError) as caught:
        read(scanned(pictures(page_of_words(1))), "a.pdf", Reading(Bounds(page_seconds=0.001)))
    assert caught.value.reason == "no_text"


@pytest.mark.skipif(sys.platform != "linux", reason="the processor's time is bounded on Linux alone")
def test_a_page_has_its_time_of_the_processor_not_of_the_clock() -> None:
    waits = ocr._run(["sh", "-c", "cat; sleep 1.5"], b"read", os.environ, 1)
    assert waits == b"read"
    begin = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        ocr._run(["sh", "-c", "cat > /dev/null; while :; do :; done"], b"", os.environ, 1)
    with pytest.raises(subprocess.TimeoutExpired):
        ocr._run(["sleep", "60"], b"", os.environ, 0.1)
    with pytest.raises(subprocess.CalledProcessError):
        ocr._run(["sh", "-c", "exit 3"], b"", os.environ, 1)
    assert time.monotonic() - begin < 60


@needs_ocr
def test_a_scan_is_added_cited_by_page_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "quyet-dinh.pdf"
    path.write_bytes(scanned(pictures(decision(2))))
    settings = Settings(data=tmp_path / "data", model="fake")
    assert add(settings, [path], [], replace=False, bundled=False, embedder=FakeEmbedder()) == 0
    said = capsys.readouterr().err
    assert "2/2 pages recognised" in said
    assert "its text was recognised from pictures" in said
    library = Library.open(tmp_path / "data")
    document = library.documents()[-1]
    assert document.id == "gia-lai-123-qd-ubnd"
    assert [p.number for p in document.pages] == [1, 2]
    start = document.text.rindex("kinh tế số")
    assert document.page_at(start).number == 2  # type: ignore[union-attr]
    plain = Image.open(io.BytesIO(pages.render(library, document.id, 2, [], dpi=72)))
    marked = Image.open(io.BytesIO(pages.render(library, document.id, 2, [(start, start + 10)], dpi=72)))
    assert plain.size == marked.size
    assert plain.size == (pytest.approx(595, abs=2), pytest.approx(842, abs=2))
    yellow = [p for p, q in zip(marked.get_flattened_data(), plain.get_flattened_data(), strict=True) if p != q]
    assert 200 < len(yellow) < 2500  # ten letters of one line
    # Read again, it is not recognised again.
    monkeypatch.setenv("PATH", "")
    library.reread_all()
    assert library.documents()[-1].text == document.text


@needs_font
def test_pages_that_cannot_be_shown(tmp_path: Path) -> None:
    from documents.database import LibraryError

    library = Library.open(tmp_path)
    with pytest.raises(LibraryError, match="has no pages to show; PDF files and pictures have"):
        pages.render(library, library.documents()[0].id, 1, [])
    pdf = decision(1)
    original = Original(pdf, "a.pdf", "pdf", read(pdf, "a.pdf"))
    document = understand(original.read, original)  # type: ignore[arg-type]
    with library.change() as change:
        change.put(document, original)
    with pytest.raises(LibraryError, match="has no page 7; it has 1"):
        pages.render(library, document.id, 7, [])
    shown = Image.open(io.BytesIO(pages.render(library, document.id, 1, [(0, 15)], dpi=72)))
    first = library.page_lines(document.id, 1)[0]
    assert document.text[first.start : first.end] == "ỦY BAN NHÂN DÂN"
    assert shown.getpixel((round(first.left) + 1, round(first.top))) == (255, 236, 110)
    assert shown.getpixel((round(LEFT), round(first.bottom) + 400)) == (255, 255, 255)
    assert reread(document.id, Original(pdf, "a.pdf", "pdf"))[0].text == document.text
    assert first.right < RIGHT


def test_slips_are_mended_for_the_search_alone() -> None:
    text = "Sửa đổi, bỗ sung kêt quả; cơ sở đữ liệu của BỘ QUÓC PHÒNG về rơmoóc, Wi-fi tại Đắk Lắk."
    assert mended(text) == "Sửa đổi, bổ sung kết quả; cơ sở dữ liệu của BỘ QUỐC PHÒNG về rơmoóc, Wi-fi tại Đắk Lắk."
    assert len(mended(text)) == len(text)
    assert mended(WORDS) == WORDS


@needs_ocr
def test_what_is_searched_is_mended_and_what_is_quoted_is_not() -> None:
    source = read(scanned(pictures(page_of_words(1))), "a.pdf")
    document = understand(source, Original(b"", "a.pdf", "pdf"))
    for passage, mended_one in zip(document.passages, searched(document).passages, strict=True):
        assert document.text[passage.start : passage.end] == passage.text
        assert mended_one.text == mended(passage.text)
    printed = understand(read(page_of_words(1), "a.pdf"), Original(b"", "a.pdf", "pdf"))
    assert searched(printed) is printed


def test_tesseract_is_here_in_ci() -> None:
    if shutil.which("apt-get") is None:
        pytest.skip("not Debian")
    if shutil.which("tesseract") is None:
        pytest.skip("no Tesseract (apt-get install tesseract-ocr tesseract-ocr-vie)")
    assert Path(ocr.program()).is_file()
