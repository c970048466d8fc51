"""What an operator says about single headings and targets: kept over a new reading, quoted from the same words, taken back."""

import dataclasses
import json
from io import StringIO
from pathlib import Path

import pytest
from page_process import DONG_NAI

from documents import outline_corrections
from documents.adding import understand
from documents.corrections import CorrectionError, checked, corrected
from documents.database import Library, Original
from documents.library import bundled
from documents.outline_corrections import keyed as heading_keys
from documents.outline_corrections import rebuilt
from documents.reading.dispatch import read
from documents.resolution import Resolution
from documents.target_corrections import corrected_target, corrected_targets
from documents.target_corrections import keyed as target_keys
from documents.target_files import HEADS, row_of, write_table
from documents.targets import Target, targets_of, to_json
from qa import cli

ID = "dong-nai-15-nq-tu"


def document() -> Resolution:
    content = DONG_NAI.encode()
    source = read(content, "nghi-quyet.txt")
    return understand(source, Original(content, "nghi-quyet.txt", source.format, source))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path)
    content = DONG_NAI.encode()
    source = read(content, "nghi-quyet.txt")
    with library.change() as change:
        change.put(document(), Original(content, "nghi-quyet.txt", source.format, source))
    return library


def target(value: float) -> tuple[str, Target]:
    return next((k, t) for k, t in target_keys(targets_of(document())) if t.value == value)


def heading(start: str) -> str:
    return next(k for k, s in heading_keys(document().sections) if s.path[-1].startswith(start))


def rows(library: Library) -> list[Target]:
    return [t for t in library.targets() if t.document_id == ID]


@pytest.mark.parametrize("d", bundled(), ids=lambda d: d.id)
def test_an_outline_put_together_anew_is_the_outline(d: Resolution) -> None:
    again = rebuilt(d, {})
    assert again.sections == d.sections
    assert again.passages == d.passages


def test_a_heading_of_another_level_takes_its_part_along() -> None:
    read_as = document()
    assert [s.path for s in read_as.sections if "2030" in s.path[-1]] == [("II. MỤC TIÊU", "2. Mục tiêu đến năm 2030")]
    now = corrected(read_as, checked({heading("2. Mục tiêu"): "1"}))
    [section] = [s for s in now.sections if "2030" in s.path[-1]]
    assert section.path == ("2. Mục tiêu đến năm 2030",)
    goals = next(s for s in now.sections if s.path == ("II. MỤC TIÊU",))
    assert goals.end == section.start
    assert section.end == next(s.start for s in now.sections if s.path == ("III. TỔ CHỨC THỰC HIỆN",))
    [passage] = [p for p in now.passages if "33%" in p.text]
    assert passage.path == ("2. Mục tiêu đến năm 2030",)
    assert [p.text for p in now.passages] == [p.text for p in read_as.passages]


def test_what_is_no_heading_is_a_passage_of_what_it_stands_in() -> None:
    read_as = document()
    now = corrected(read_as, {heading("1. Mục tiêu"): "none"})
    [own] = [p for p in now.passages if p.text == "1. Mục tiêu đến năm 2025"]
    assert own.path == ("II. MỤC TIÊU",)
    assert own.id not in {p.id for p in read_as.passages}
    assert [p.path for p in now.passages if "17%" in p.text] == [("II. MỤC TIÊU",)]
    assert [p.start for p in now.passages] == sorted(p.start for p in now.passages)
    for p in now.passages:
        assert now.text[p.start : p.end] == p.text
    # The year came from the heading, and is not lost: the line governs what follows it.
    assert {t.year for t in targets_of(now) if t.value == 17} == {2025}


def test_a_target_is_struck_out_and_one_corrected_and_both_outlast_a_new_reading(library: Library) -> None:
    (struck, _), (wrong, as_read) = target(95), target(75)
    said = {"value": 80, "year": 2026, "level": "cấp tỉnh", "indicator": "Dân số có tài khoản", "comparator": ">="}
    values = checked({struck: "struck", wrong: json.dumps(said)})
    before = library.digest()
    with library.change() as change:
        change.correct(ID, values)
    assert library.digest() != before
    for _ in range(2):
        assert [t.value for t in rows(library)] == [17, 80, 33]
        now = rows(library)[1]
        assert (now.year, now.level, now.indicator, now.comparator, now.corrected) == (2026, "cấp tỉnh", "Dân số có tài khoản", ">=", True)
        assert (now.start, now.end) == (as_read.start, as_read.end)
        assert now.quote == as_read.quote == next(d for d in library.documents() if d.id == ID).text[now.start : now.end]
        assert "trên 75%" in now.quote  # it says what is printed
        assert [t.corrected for t in rows(library)] == [False, True, False]
        library.reread_all()
    with library.change() as change:
        change.correct(ID, dict.fromkeys(values, ""))
    assert rows(library) == list(targets_of(document()))
    assert library.digest() == before


def test_a_range_has_two_ends_and_nothing_else_has() -> None:
    _, t = target(17)
    between = corrected_target(t, '{"value": 5, "value_max": 10}')
    assert between is not None
    assert (between.comparator, between.value, between.value_max) == ("range", 5.0, 10.0)
    single = corrected_target(dataclasses.replace(between, corrected=False), '{"comparator": "<="}')
    assert single is not None
    assert (single.comparator, single.value_max) == ("<=", None)
    plain = corrected_target(between, '{"value_max": null}')
    assert plain is not None
    assert (plain.comparator, plain.value_max) == ("=", None)


def test_two_targets_of_the_same_words_are_told_apart() -> None:
    _, t = target(17)
    twice = [t, dataclasses.replace(t, start=t.start + 500, end=t.end + 500)]
    (first, _), (second, _) = target_keys(twice)
    assert second == f"{first}.2"
    assert corrected_targets(twice, {second: "struck"}) == (t,)


def test_a_correction_of_what_is_gone_changes_nothing(library: Library) -> None:
    with library.change() as change:
        change.correct(ID, {"target:000000000000": "struck", f"{outline_corrections.PREFIX}000000000000": "none"})
    assert rows(library) == list(targets_of(document()))
    now = next(d for d in library.documents() if d.id == ID)
    assert (now.sections, now.passages) == (document().sections, document().passages)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target:0", "gone"),
        ("target:0", '{"quote": "x"}'),
        ("target:0", '{"year": "2030"}'),
        ("target:0", '{"value": null}'),
        ("target:0", '{"value": NaN}'),
        ("target:0", '{"indicator": " "}'),
        ("target:0", '{"level": "cấp thôn"}'),
        ("target:0", "{}"),
        ("heading:0", "0"),
        ("heading:0", "top"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_what_can(field: str, value: str) -> None:
    with pytest.raises(CorrectionError, match='give (?:one from 1 to 9, or none|"struck", or JSON with some of indicator)'):
        checked({field: value})


def test_tables_and_files_say_that_a_target_was_corrected() -> None:
    _, t = target(17)
    now = corrected_target(t, '{"value": 18}')
    assert now is not None
    assert "corrected" not in to_json(t)
    assert to_json(now)["corrected"] is True
    assert (HEADS[-1], row_of(now)[-1], row_of(t)[-1]) == ("Người quản trị sửa", "có", "")
    text = StringIO()
    write_table([now], text)
    assert f"tối thiểu 18% (đã sửa)  [{ID}]" in text.getvalue()


def test_the_command_line_shows_corrections_and_takes_them_back(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(library.path.parent), "--model", "./none-such"]
    key, _ = target(95)
    assert cli.main(["set", ID, f"{key}=struck", f"{heading('III.')}=none", "signer=Trần Văn Sửa", *data]) == 0
    assert cli.main(["targets", "--province", "Đồng Nai", *data]) == 0
    assert "95%" not in capsys.readouterr().out
    assert cli.main(["corrections", *data]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines] == [[ID, heading("III.")], [ID, "signer"], [ID, key]]
    assert lines[0][2:] == ["III. TỔ CHỨC THỰC HIỆN", "none"]
    assert "95%" in lines[2][2]
    assert lines[2][3] == "struck"
    assert cli.main(["set", ID, f"{key}=", *data]) == 0
    assert cli.main(["targets", "--province", "Đồng Nai", *data]) == 0
    assert "95%" in capsys.readouterr().out
