"""Perturbations of questions, exact and seeded, and the paired losses over an assistant whose weakness is known."""

import random
from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import pytest

from eval.gold import Gold, read_all, shipped
from eval.perturb import PERTURBATIONS, _neighbours, _typo, bare, keystrokes, perturb, robustness
from index.search import Hit
from qa.answer import Answer, Citation, Status

QUESTION = "Đến năm 2025, Gia Lai đặt mục tiêu kinh tế số chiếm bao nhiêu % GRDP?"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("no_diacritics", "Den nam 2025, Gia Lai dat muc tieu kinh te so chiem bao nhieu % GRDP?"),
        ("upper", "ĐẾN NĂM 2025, GIA LAI ĐẶT MỤC TIÊU KINH TẾ SỐ CHIẾM BAO NHIÊU % GRDP?"),
        ("no_punctuation", "Đến năm 2025 Gia Lai đặt mục tiêu kinh tế số chiếm bao nhiêu % GRDP"),
        ("english", "Đến năm 2025, Gia Lai đặt target digital economy chiếm bao nhiêu % GRDP?"),
    ],
)
def test_each_changes_what_it_says(name: str, expected: str) -> None:
    assert perturb(name, QUESTION, "q-1") == expected


def test_a_nfd_question_is_perturbed_like_its_nfc_form() -> None:
    assert perturb("no_diacritics", "Đe\u0302\u0301n", "q") == "Den"


@pytest.mark.parametrize(
    ("word", "typed"),
    [("đến", "ddeesn"), ("Đắk", "Ddawsk"), ("nghị", "nghij"), ("quyết", "quyeest"), ("đường", "dduwowfng"), ("Ừ", "Uwf"), ("so", "so")],
)
def test_telex_keys_stand_behind_their_letters(word: str, typed: str) -> None:
    assert keystrokes(word) == typed


def test_telex_changes_one_word() -> None:
    changed = perturb("telex", QUESTION, "q-1")
    differing = [(a, b) for a, b in zip(QUESTION.split(), changed.split(), strict=True) if a != b]
    assert len(differing) == 1
    assert keystrokes(differing[0][0].strip(",?")) == differing[0][1].strip(",?")


def test_half_of_the_words_lose_their_diacritics() -> None:
    marked = bare_words = 0
    for n in range(200):
        for before, after in zip(QUESTION.split(), perturb("half_diacritics", QUESTION, f"q-{n}").split(), strict=True):
            assert after in (before, bare(before))
            if before != bare(before):
                marked += 1
                bare_words += after != before
    assert bare_words / marked == pytest.approx(0.5, abs=0.05)


def test_a_typo_is_one_slip_in_one_word() -> None:
    for n in range(300):
        changed = perturb("typo", QUESTION, f"q-{n}")
        (pair,) = [(a, b) for a, b in zip(QUESTION.split(), changed.split(), strict=True) if a != b]
        word, typed = (w.strip(",?") for w in pair)
        assert typed[0] == word[0], "the first letter is seldom missed"
        assert len(word) >= 3
        swapped = sorted(word) == sorted(typed)
        neighbour = len(word) == len(typed) and sum(a != b for a, b in zip(word, typed, strict=True)) == 1
        shorter, longer = sorted((word, typed), key=len)
        in_or_out = len(longer) - len(shorter) == 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
        assert swapped or neighbour or in_or_out, (word, typed)


def test_neighbours_are_those_of_the_keyboard() -> None:
    assert (_neighbours("s"), _neighbours("ế"), _neighbours("Q"), _neighbours("9")) == ("ad", "wr", "w", "")
    assert _typo("ở xã 5%?", random.Random(0)) == "ở xã 5%?", "no word is long enough"


def test_abbreviations_are_put_back() -> None:
    found = {perturb("abbreviations", "Ủy ban nhân dân tỉnh lo chuyển đổi số thế nào?", f"q-{n}") for n in range(20)}
    assert found == {"UBND tỉnh lo CĐS thế nào?", "UBND tỉnh lo CDS thế nào?"}


def test_polite_padding_keeps_the_question() -> None:
    found = {perturb("polite", QUESTION, f"q-{n}") for n in range(200)}
    assert len(found) == 16
    assert all(QUESTION.rstrip("?") in padded and not padded.startswith(QUESTION[:5]) for padded in found)
    assert perturb("polite", "kinh te so", "q-1") == "Da cho em hoi, kinh te so? Mong som nhan duoc cau tra loi."


def test_figures_and_numbers_of_documents_keep_their_points() -> None:
    text = "Nghị quyết 04-NQ/TU: 11,5% và 2.000 xã (24/63), đúng không?"
    assert perturb("no_punctuation", text, "q") == "Nghị quyết 04-NQ/TU 11,5% và 2.000 xã 24/63 đúng không"


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_the_seed_decides_alone(name: str) -> None:
    once = [perturb(name, QUESTION, f"q-{n}", seed=3) for n in range(30)]
    assert once == [perturb(name, QUESTION, f"q-{n}", seed=3) for n in range(30)]
    if name in ("half_diacritics", "typo", "telex", "polite"):
        assert once != [perturb(name, QUESTION, f"q-{n}", seed=4) for n in range(30)]


def test_the_same_on_every_machine() -> None:
    # str seeds go through SHA-512, not through hash(), which differs from process to process.
    assert perturb("typo", QUESTION, "gl-001") == "Đếb năm 2025, Gia Lai đặt mục tiêu kinh tế số chiếm bao nhiêu % GRDP?"


def test_another_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no perturbation is called 'rot13'; choose from no_diacritics, half_diacritics"):
        perturb("rot13", "a", "q")


def test_every_shipped_question_survives_every_perturbation() -> None:
    for gold in (g for golds in read_all(shipped()).values() for g in golds):
        for name in PERTURBATIONS:
            assert perturb(name, gold.question, gold.id).strip()


class Strict:
    """Answers "mục tiêu" with 20% if it is typed with its diacritics, and nothing else."""

    def __init__(self) -> None:
        self.index = SimpleNamespace(documents=())
        self.asked: list[str] = []

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        self.asked.append(question)
        if "mục tiêu" not in question:
            return Answer(Status.NOT_FOUND, "Không rõ.")
        return Answer(Status.ANSWERED, "20% [1]", (Citation(1, "d", "", None, "", None, "", None, 0, 3, "20%"),))

    def retrieve(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> list[Hit]:
        raise AssertionError("robustness needs no passages")


def asking(identity: str, question: str, *figures: str) -> Gold:
    return Gold(identity, question, "figure" if figures else "unanswerable", (figures,) if figures else (), (), (), 60)


GOLD = [
    asking("a", "mục tiêu là gì?", "20%"),
    asking("b", "mục tiêu khác", "30%"),
    asking("c", "thoi tiet the nao?"),
    asking("d", "Mục tiêu mục tiêu", "20%"),
]


def test_losses_are_paired_over_the_questions_that_change() -> None:
    assistant = Strict()
    losses = robustness(assistant, GOLD, ["no_diacritics", "upper", "no_punctuation"])
    bare_loss = losses["no_diacritics"]
    assert (bare_loss.questions, bare_loss.wins, bare_loss.losses) == (3, (), ("a", "d")), '"c" bears no diacritics'
    assert (bare_loss.before, bare_loss.after, bare_loss.difference) == pytest.approx((200 / 3, 0, -200 / 3))
    assert bare_loss.low == -100
    assert bare_loss.high == 0
    assert bare_loss.p == 0.5
    assert (losses["upper"].questions, losses["upper"].losses) == (4, ("a", "d"))
    assert (losses["no_punctuation"].questions, losses["no_punctuation"].difference) == (2, 0)
    assert assistant.asked[:5] == [*(g.question for g in GOLD), "muc tieu la gi?"]


def test_what_is_known_of_the_questions_as_typed_is_not_asked_again() -> None:
    assistant = Strict()
    told: list[tuple[str, int, int]] = []
    before = {"a": True, "b": False, "c": True, "d": True}
    robustness(assistant, GOLD, ["no_punctuation"], before=before, progress=lambda *step: told.append(step))
    assert assistant.asked == ["mục tiêu là gì", "thoi tiet the nao"]
    assert told == [("no_punctuation", 1, 2), ("no_punctuation", 2, 2)]
