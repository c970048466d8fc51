"""Gold questions: what a right answer must hold, and where in the documents its evidence stands.

Evidence points at text, never at passages, so that documents may be cut differently without touching the gold.
This module only reads; it does not judge (see `eval.metrics`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, cast

UNANSWERABLE = "unanswerable"
TYPES = ("figure", "list", "task", "responsibility", "situation", "viewpoint", "metadata", "compare", UNANSWERABLE)
OTHER = "other"
"""What a question of another format is, which knows no types: answerable, of no type above."""
STYLES = ("formal", "colloquial", "no_diacritics", "typo", "abbrev", "short_keywords")
"""How questions are typed; `read` takes any style, `eval.check` names those that are none of these."""
DEFAULT_MAX_WORDS = 60
"""For formats that set no bound on an answer's length."""

# The first three digits of a source file, as the questions name it -> the bundled document made of it, its province.
DOCUMENTS = {
    "000": ("gia-lai-04-nq-tu", "Gia Lai"),
    "002": ("tra-vinh-2022", "Trà Vinh"),
    "003": ("thai-nguyen-2020", "Thái Nguyên"),
    "004": ("binh-dinh-khoa-xx", "Bình Định"),
}


class GoldError(Exception):
    """A question file can't be used; the message names file, line and field, and what is accepted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact piece of a source."""

    document: str
    """A bundled document's id, or the name the file gives."""
    quote: str
    """As it stands in the source: perhaps NFD, perhaps with Markdown marks."""
    province: str | None = None
    """Whose text it is; None where the file does not tell, and then any province will do."""
    grade: int = 1
    """How relevant the piece is, for nDCG; above 1 only where a BEIR file grades it so."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with what its answer is held against."""

    id: str
    question: str
    type: str
    """One of `TYPES`, or `OTHER`."""
    must_include: tuple[tuple[str, ...], ...]
    """Groups of alternatives: one of each has to be in the answer."""
    must_not_include: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    max_words: int
    style: str = ""
    persona: str = ""
    provinces: tuple[str, ...] = ()
    history: tuple[Mapping[str, str], ...] = ()
    """Earlier turns as {"role", "content"}, oldest first."""
    where: str = field(default="", compare=False, repr=False)
    """File and line it was read from, as errors name them."""


def shipped() -> list[Path]:
    """The question files that come with the package."""
    folder = Path(str(resources.files("eval") / "questions"))
    return sorted(folder.glob("*.jsonl"))


def read(path: Path) -> list[Gold]:
    """The questions of a JSON Lines file, in order; blank lines and fields of other tools are passed over.

    Raises:
        GoldError: the file can't be read, a line is no JSON object, a field is missing or of the wrong kind, an id comes twice.
    """
    questions: list[Gold] = []
    seen: dict[str, int] = {}
    for number, line in json_lines(path):
        question = parse(decoded(line, f"{path}, line {number}"), f"{path}, line {number}")
        if question.id in seen:
            raise GoldError(f"{path}, line {number}: id: {question.id!r} stands on line {seen[question.id]} already")
        seen[question.id] = number
        questions.append(question)
    return questions


def json_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of each line of a file that is not blank.

    Raises:
        GoldError: the file can't be read as UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: can't be read as UTF-8 text ({error})") from error
    # Not splitlines(): a quote may hold a form feed or U+2028, which end no line of JSON.
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def read_all(paths: Sequence[Path]) -> dict[str, list[Gold]]:
    """File name without suffix -> questions, for several files (of any of `eval.formats`) whose answers are kept together.

    Raises:
        GoldError: as `eval.formats.read_any`; or two files share a name or an id.
    """
    from eval.formats import read_any  # which builds on this module

    files: dict[str, list[Gold]] = {}
    homes: dict[str, Path] = {}
    for path in paths:
        if path.stem in files:
            raise GoldError(f"{path}: there is another file called {path.stem}; rename one")
        files[path.stem] = read_any(path)
        for question in files[path.stem]:
            if question.id in homes:
                raise GoldError(f"{path}: id: {question.id!r} is in {homes[question.id]} too; ids must differ between files")
            homes[question.id] = path
    return files


def decoded(line: str, where: str) -> dict[str, Any]:
    """The JSON object on a line.

    Raises:
        GoldError: it is none.
    """
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{where}: no JSON ({error})") from error
    if not isinstance(raw, dict):
        raise GoldError(f"{where}: a JSON object is wanted, not {type(raw).__name__}")
    return raw


def parse(raw: dict[str, Any], where: str) -> Gold:
    """A question from the fields of `eval/data/gold.schema.json`; other fields are passed over.

    Raises:
        GoldError: a field is missing or of the wrong kind; the message begins with `where` and the field.
    """
    kind = _text(raw, "type", where)
    if kind not in (*TYPES, OTHER):
        raise GoldError(f"{where}: type: {kind!r} is none of {', '.join((*TYPES, OTHER))}")
    groups = raw.get("must_include")
    if not isinstance(groups, list) or not all(_is_texts(g) and g for g in groups):
        raise GoldError(f"{where}: must_include: a list of non-empty lists of strings is wanted")
    max_words = raw.get("max_words")
    if not isinstance(max_words, int) or isinstance(max_words, bool) or max_words < 1:
        raise GoldError(f"{where}: max_words: a whole number above 0 is wanted, not {max_words!r}")
    provinces = _texts(raw, "provinces", where, required=False)
    return Gold(
        id=_text(raw, "id", where),
        question=_text(raw, "question", where),
        type=kind,
        must_include=tuple(tuple(g) for g in groups),
        must_not_include=_texts(raw, "must_not_include", where),
        evidence=tuple(_evidence(raw, provinces, where)),
        max_words=max_words,
        style=_text(raw, "style", where, required=False),
        persona=_text(raw, "persona", where, required=False),
        provinces=provinces,
        history=tuple(_turns(raw, where)),
        where=where,
    )


def _evidence(raw: dict[str, Any], provinces: tuple[str, ...], where: str) -> Iterator[Evidence]:
    for i, item in enumerate(_objects(raw, "evidence", where)):
        if not {"doc", "quote"} <= item.keys() <= {"doc", "quote", "province"} or not _is_texts(list(item.values())):
            raise GoldError(f'{where}: evidence[{i}]: {{"doc", "quote"}} with strings is wanted ("province" may be added)')
        # A question about one province has its evidence there.
        document, province = DOCUMENTS.get(item["doc"], (item["doc"], provinces[0] if len(provinces) == 1 else None))
        yield Evidence(document, item["quote"], item.get("province", province))


def _turns(raw: dict[str, Any], where: str) -> Iterator[Mapping[str, str]]:
    for i, turn in enumerate(_objects(raw, "history", where, required=False)):
        if turn.get("role") not in ("user", "assistant") or not isinstance(turn.get("content"), str):
            raise GoldError(f'{where}: history[{i}]: {{"role": "user" or "assistant", "content": string}} is wanted')
        yield {"role": turn["role"], "content": turn["content"]}


def _objects(raw: dict[str, Any], field: str, where: str, *, required: bool = True) -> list[dict[str, Any]]:
    value = raw.get(field) if required else raw.get(field, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise GoldError(f"{where}: {field}: a list of objects is wanted")
    return cast("list[dict[str, Any]]", value)


def _text(raw: dict[str, Any], field: str, where: str, *, required: bool = True) -> str:
    value = raw.get(field) if required else raw.get(field, "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise GoldError(f"{where}: {field}: a {'non-empty ' if required else ''}string is wanted, not {value!r}")
    return value


def _texts(raw: dict[str, Any], field: str, where: str, *, required: bool = True) -> tuple[str, ...]:
    value = raw.get(field) if required else raw.get(field, [])
    if not _is_texts(value):
        raise GoldError(f"{where}: {field}: a list of strings is wanted, not {value!r}")
    return tuple(cast("list[str]", value))


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)
