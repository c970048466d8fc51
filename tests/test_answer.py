"""What an answer is: contradictions can't be made, and its JSON has the fields of the contract."""

import dataclasses
import json
from typing import Any

import pytest

from qa.answer import Answer, Citation, Context, Status, Understood
from qa.citing import escape


def citation(marker: int = 1, **changed: Any) -> Citation:
    given: dict[str, Any] = {
        "marker": marker,
        "document_id": "d",
        "title": "Nghị quyết",
        "number": None,
        "province": "Trà Vinh",
        "issued": "2022-01-26",
        "section": "II. Mục tiêu > 1. Đến năm 2025",
        "page": None,
        "start": 3,
        "end": 6,
        "quote": "10%",
        "context": (Context(0, 2, "II", "heading"),),
        "score": 0.5,
    }
    return Citation(**{**given, **changed})


def test_an_answer_needs_a_citation() -> None:
    with pytest.raises(ValueError, match="an answered question needs a citation"):
        Answer(Status.ANSWERED, "10%")


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ANSWERED])
def test_what_is_no_answer_carries_none(status: Status) -> None:
    with pytest.raises(ValueError, match=f"status {status} can't carry citations"):
        Answer(status, "10% [1]", (citation(),))
    assert Answer(status, "Không thấy.").citations == ()


@pytest.mark.parametrize(
    ("text", "markers", "said"),
    [
        ("10%", [1], r"markers \[\] and citations \[1\] don't agree"),
        ("10% [2]", [1], r"markers \[2\] and citations \[1\] don't agree"),
        ("10% [1] 20% [2]", [1], r"markers \[1, 2\] and citations \[1\] don't agree"),
        ("10% [1]", [1, 2], r"markers \[1\] and citations \[1, 2\] don't agree"),
        ("10% [1]", [1, 1], r"markers \[1\] and citations \[1, 1\] don't agree"),
        (r"10% \[1\]", [1], r"markers \[\] and citations \[1\] don't agree"),
    ],
)
def test_markers_and_citations_agree(text: str, markers: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Answer(Status.ANSWERED, text, tuple(citation(m) for m in markers))


@pytest.mark.parametrize("text", ["10% [1] (Trà Vinh)", "10% [1], lại [1]", "mục \\[7\\] [1]", "[1]"])
def test_a_marker_may_be_said_twice_and_escaped_brackets_are_none(text: str) -> None:
    assert Answer(Status.ANSWERED, text, (citation(),)).text == text


@pytest.mark.parametrize(
    ("status", "refused"),
    [("answered", False), ("not_found", True), ("off_topic", True), ("unclear", True), ("greeting", False), ("error", False)],
)
def test_which_statuses_are_refusals(status: str, refused: bool) -> None:
    assert Status(status).refused is refused
    assert Answer(Status(status), "[1]", (citation(),) if status == "answered" else ()).refused is refused


def test_there_are_no_other_statuses() -> None:
    assert [str(s) for s in Status] == ["answered", "not_found", "off_topic", "unclear", "greeting", "error"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Theo [1] và [12]", r"Theo \[1\] và \[12\]"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("**đậm** _nghiêng_ `mã`", r"\*\*đậm\*\* \_nghiêng\_ \`mã\`"),
        ("[x](http://a.example)", r"\[x\](http://a.example)"),
        ("a\\b | # ~", "a\\\\b \\| \\# \\~"),
        ("tối thiểu 6 - 8%/năm (GRDP).", "tối thiểu 6 - 8%/năm (GRDP)."),
        ("", ""),
    ],
)
def test_what_is_quoted_is_shown_literally(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_quote_that_looks_like_a_marker_makes_no_marker() -> None:
    text = f"{escape('theo văn bản [2]')} [1]"
    assert Answer(Status.ANSWERED, text, (citation(),)).text == r"theo văn bản \[2\] [1]"


def test_the_json_is_the_contracts() -> None:
    understood = Understood(("Trà Vinh",), (2025,), "figure", "kinh tế số?")
    answer = Answer(Status.ANSWERED, "10% [1]", (citation(),), understood, latency_ms=12.3456, trace={"question": object()})
    assert answer.to_json() == {
        "status": "answered",
        "refused": False,
        "answer": "10% [1]",
        "citations": [
            {
                "marker": 1,
                "document_id": "d",
                "title": "Nghị quyết",
                "number": None,
                "province": "Trà Vinh",
                "issued": "2022-01-26",
                "section": "II. Mục tiêu > 1. Đến năm 2025",
                "page": None,
                "start": 3,
                "end": 6,
                "quote": "10%",
                "context": ({"start": 0, "end": 2, "quote": "II", "of": "heading"},),
                "score": 0.5,
                "ocr": None,
            }
        ],
        "understood": {"provinces": ["Trà Vinh"], "years": [2025], "kind": "figure", "normalised": "kinh tế số?", "completed": ""},
        "suggestions": [],
        "latency_ms": 12.35,
    }
    written = json.loads(json.dumps(answer.to_json(), ensure_ascii=False))
    assert written["citations"][0]["context"] == [{"start": 0, "end": 2, "quote": "II", "of": "heading"}]


def test_a_refusals_json() -> None:
    answer = Answer(Status.NOT_FOUND, "Không thấy.", suggestions=("Trà Vinh: Mục tiêu",))
    assert answer.to_json() == {
        "status": "not_found",
        "refused": True,
        "answer": "Không thấy.",
        "citations": [],
        "understood": {"provinces": [], "years": [], "kind": "", "normalised": "", "completed": ""},
        "suggestions": ["Trà Vinh: Mục tiêu"],
        "latency_ms": 0.0,
    }


def test_an_answer_stays_what_it_is() -> None:
    answer = Answer(Status.GREETING, "Chào bạn!")
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.text = "x"  # type: ignore[misc]
