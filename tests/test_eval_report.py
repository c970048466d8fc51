"""Reports: plots with the right numbers, pages that stand alone, nothing unescaped."""

import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from documents.resolution import Resolution
from eval.compare import compare
from eval.gold import Evidence, Gold
from eval.metrics import Slice
from eval.page import to_html
from eval.plots import calibration, calibration_plot, histogram, histogram_plot, slice_bars, wilson
from eval.report import Findings, terminal, to_json, to_markdown, wrong_lines
from eval.runs import Reply, judged

EVIL = "<script>alert('x')</script> & \"q\" | *b*"
GOLD = [
    Gold("a<1>", EVIL, "figure", (("20%", "<b>"),), (EVIL,), (Evidence("x", EVIL, "Gia Lai"),), 60, style="<i>"),
    Gold("b", "Thời tiết?", "unanswerable", (), (), (), 60, style="formal"),
    Gold("c", "Kinh tế số?", "figure", (("20%",),), (), (), 60, history=({"role": "user", "content": EVIL},)),
]
DOCUMENT = Resolution("x", "", "", "Gia Lai", "", "", EVIL, (), ())


def findings(**more: object) -> Findings:
    def answer(identity: str, **fields: object) -> dict[str, object]:
        return {"id": identity, "question": "", "status": "answered", "refused": False, "latency_ms": 12.0, **fields}

    replies = {
        "a<1>": Reply(answer("a<1>", answer=EVIL, citations=[{"marker": 1, "province": EVIL, "quote": EVIL}]), (), 0.95, EVIL),
        "b": Reply(answer("b", answer="Không rõ", refused=True), (), 0.1),
        "c": Reply(answer("c", answer="30%"), (), 0.85),
    }
    run = judged({"one": GOLD[:2], "two": GOLD[2:]}, replies, [DOCUMENT], ["type", "style"])
    return Findings(run, **more)  # type: ignore[arg-type]


class Page(HTMLParser):
    """Tags, attributes and texts of a page; every tag that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str | None]] = {}
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value)
        if tag not in ("meta", "rect", "line", "circle", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_stands_alone_and_escapes_everything() -> None:
    compared = compare({"a<1>": True, "b": False}, {"a<1>": False, "b": True})
    text = to_html(findings(comparison=compared, robustness={"upper": compared}, broken=(EVIL,)), EVIL)
    page = Page(text)
    assert page.open == []
    assert not {"script", "b", "i", "img", "link", "iframe", "1"} & set(page.tags)
    assert not {"src", "href", "onclick"} & page.attributes.keys()
    assert "default-src 'none'; style-src 'unsafe-inline'" in page.attributes["content"]
    assert "url(" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert page.tags.count("svg") == 4, "two slices, calibration, latency"


def test_a_wrong_answer_shows_question_answer_gold_evidence_and_trace() -> None:
    texts = Page(to_html(findings())).texts
    assert "Wrong answers (2)" in texts
    at = texts.index("a<1>")
    shown = [t.strip() for t in texts[at : texts.index("c", at)] if t.strip()]
    assert shown == [
        "a<1>",
        "figure/<i>",
        EVIL,
        "why",
        "missing 20%",
        "answer",
        EVIL,
        "cited",
        f"[1] {EVIL}: {EVIL}",
        "wanted",
        "20% / <b>",
        "forbidden",
        EVIL,
        "evidence",
        f"Gia Lai: {EVIL}",
        "how it came about",
        EVIL,
    ]
    assert "user before" in texts, "a follow-up shows the turns it follows"


def test_markdown_and_json_say_the_same() -> None:
    compared = compare({"a<1>": True}, {"a<1>": False})
    found = findings(comparison=compared, robustness={"typo": compared}, broken=("one: accuracy is 50.0",))
    text = to_markdown(found)
    assert "| metric | one | two | all |\n|---|---:|---:|---:|\n| questions | 2 | 1 | 3 |\n| accuracy | 50.0 | 0.0 | 33.3 |" in text
    assert "span_recall" not in text, "there is no ranking"
    assert "| typo | 1 | 100.0 | 0.0 | -100.0 | \\[-100.0, -100.0\\] | 0 | 1 | 1.000 |" in text
    assert "| figure | 0/1 | 0/1 | 0/2 |" in text
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "- lost: a\\<1\\> \\<script\\>" in text
    said = to_json(found)
    assert (said["accuracy"], said["files"]["one"]["accuracy"]) == (33.3, 50.0)
    assert said["comparison"]["losses"] == ("a<1>",)
    assert said["robustness"]["typo"]["difference"] == -100
    assert said["broken_floors"] == ["one: accuracy is 50.0"]
    assert set(to_json(findings())) & {"comparison", "robustness", "broken_floors"} == set()


def test_the_terminal_shows_robustness_in_columns() -> None:
    compared = compare({"b": True, "c": False}, {"b": True, "c": False})
    rows = [" ".join(row.split()) for row in terminal(findings(robustness={"typo": compared}))]
    assert rows[-2:] == [
        "robustness changed before after points 95 % wins losses p",
        "typo 2 50.0 50.0 +0.0 [+0.0, +0.0] 0 0 1.000",
    ]
    assert [row for row in wrong_lines(findings(), 1) if row.startswith("- ")] == [f"- a<1> [figure/<i>] {EVIL}"]


# -- plots


def test_wilson_worked_by_hand() -> None:
    # Wilson 1927; for 8 of 10 the 95 % interval is 0.490 to 0.943.
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=0.0005)
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=0.0005)
    assert wilson(0, 0) == (0, 1)


def test_calibration_bins() -> None:
    pairs = [(0.05, False), (0.07, True), (0.95, True), (1.0, True), (0.5, False)]
    assert calibration(pairs) == [(pytest.approx(0.06), 0.5, 2), (0.5, 0.0, 1), (pytest.approx(0.975), 1.0, 2)]
    assert calibration([]) == []


def test_histogram_bins_hold_every_value() -> None:
    counts = dict(histogram([0, 9.9, 10, 150, 2000, 90000]))
    assert counts == {"< 10": 2, "< 20": 1, "< 50": 0, "< 100": 0, "< 200": 1, "< 500": 0, "< 1000": 0, "< 2000": 0, ">= 2000": 2}


def test_plots_are_well_formed_and_to_scale() -> None:
    bars = slice_bars("by <type>", {"a&b": Slice(1, 2), "": Slice(3, 3)})
    root = ElementTree.fromstring(bars)
    widths = [float(r.get("width", "")) for r in root.iter("rect")]
    assert widths == [165.0, 330.0]
    assert [t.text for t in root.iter("text")] == ["a&b", "50 %  (1/2)", "(none)", "100 %  (3/3)"]
    assert root.get("aria-label") == "by <type>"
    (dot,) = ElementTree.fromstring(calibration_plot("c", [(0.5, True)])).iter("circle")
    assert (dot.get("cx"), dot.get("cy")) == ("180.0", "34.0")
    longest = [float(r.get("width", "")) for r in ElementTree.fromstring(histogram_plot("h", [5, 5, 30])).iter("rect")]
    assert longest[:3] == [330.0, 0.0, 165.0]


def test_the_style_asks_no_host() -> None:
    text = to_html(findings())
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    assert not re.search(r"url|@import|http", style[1])


def test_a_run_without_latencies_or_probabilities_has_no_such_plots() -> None:
    replies = {"b": Reply({"id": "b", "status": "not_found", "refused": True, "answer": "-"})}
    run = judged({"one": GOLD[1:2]}, replies, [DOCUMENT])
    text = to_html(Findings(run))
    assert "Calibration" not in text
    assert "Latency" not in text
    assert SimpleNamespace(**to_json(Findings(run))).accuracy == 100.0
