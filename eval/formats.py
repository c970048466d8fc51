"""Question sets of other makers: SQuAD and its kin, BEIR, spreadsheets; and their paragraphs as documents to search.

Which format a file has is told by its content, never by its name. What a set does not know is left open: questions get
the type "other" and the default length, documents no province, body or date.
"""

import csv
import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.cleaning import clean
from documents.passages import assemble, cut
from documents.resolution import Resolution
from eval.gold import DEFAULT_MAX_WORDS, OTHER, UNANSWERABLE, Evidence, Gold, GoldError, decoded, json_lines, read
from eval.spreadsheet import column, decode, header, read_csv

ACCEPTED = (
    "our JSON Lines, SQuAD/XQuAD/ViQuAD JSON (nested, or a row a question), a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv) "
    "or one of its qrels, CSV with a column called question"
)


def read_any(path: Path) -> list[Gold]:
    """The questions of a file or folder in any of the `ACCEPTED` formats.

    Raises:
        GoldError: it can't be read or is of no such format; a line or field can't be used (the message names both).
    """
    kind = recognised(path)
    if kind == "beir":
        return _beir_questions(path)
    if kind == "squad":
        return _squad_questions(path)
    return read_csv(path) if kind == "csv" else read(path)


def contexts(path: Path) -> list[Resolution]:
    """The paragraphs of a SQuAD file, or the documents of a BEIR folder, each as a document that `index.store.build` takes.

    Evidence of `read_any(path)` names these documents. A text that comes twice is one document (of a SQuAD file). Texts are
    cleaned and cut as resolutions are.

    Raises:
        GoldError: as `read_any`; or the format brings no texts.
    """
    kind = recognised(path)
    if kind == "squad":
        return [_document(p.id, p.title, p.context) for p in _paragraphs(_squad_rows(path), path).values()]
    if kind == "beir":
        return [_document(i, title, text) for i, (title, text) in _corpus(_beir_root(path)).items()]
    raise GoldError(f"{path}: these questions come without texts; only SQuAD and BEIR sets bring theirs")


def recognised(path: Path) -> str:
    """The format of `path`: jsonl | squad | beir | csv.

    Raises:
        GoldError: it is none of them.
    """
    if path.is_dir():
        if (path / "corpus.jsonl").is_file() and (path / "queries.jsonl").is_file():
            return "beir"
        raise GoldError(f"{path}: a folder without corpus.jsonl and queries.jsonl; what can be read: {ACCEPTED}")
    text = decode(path).lstrip()
    if not text or text.startswith("{"):
        return _json_kind(text, path)
    names = [n.strip().lower() for n in header(text)[1]]
    if names[:3] == ["query-id", "corpus-id", "score"]:
        return "beir"
    if "question" in [column(n) for n in names]:
        return "csv"
    raise GoldError(f"{path}: of no known format; what can be read: {ACCEPTED}")


def _json_kind(text: str, path: Path) -> str:
    try:
        first, _ = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError:
        return "jsonl"  # whose reader names the broken line
    if isinstance(first.get("data"), list) or {"context", "question", "answers"} <= first.keys():
        return "squad"
    if "_id" in first and "id" not in first:
        raise GoldError(f"{path}: a part of a BEIR set; give its folder")
    return "jsonl"


def _document(identity: str, title: str, text: str) -> Resolution:
    whole, sections, passages = cut(identity, clean(text))
    if not sections:
        # Without headings everything would count as a title page.
        passages = tuple(dataclasses.replace(p, kind="body") if p.kind == "front" else p for p in passages)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Resolution(identity, title or identity, "", "", "", "", whole, sections, passages, digest=digest)


def _cleaned(text: str) -> str:
    return assemble(clean(text))[0]


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    title: str
    context: str
    question: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    id: str
    title: str
    context: str


def _squad_questions(path: Path) -> list[Gold]:
    rows = list(_squad_rows(path))
    paragraphs = _paragraphs(rows, path)
    questions: list[Gold] = []
    seen: dict[str, str] = {}
    for row in rows:
        if not row.question:
            continue
        identity, question = _string(row.question, "id", row.where), _string(row.question, "question", row.where)
        if identity in seen:
            raise GoldError(f"{row.where}: id: {identity!r} stands at {seen[identity]} already")
        seen[identity] = row.where
        if row.question.get("is_impossible") is True:
            questions.append(Gold(identity, question, UNANSWERABLE, (), (), (), DEFAULT_MAX_WORDS, where=row.where))
            continue
        paragraph = paragraphs[row.context]
        evidence = (Evidence(paragraph.id, _cleaned(paragraph.context)),)
        alternatives = _alternatives(row)
        questions.append(Gold(identity, question, OTHER, (alternatives,), (), evidence, DEFAULT_MAX_WORDS, where=row.where))
    return questions


def _squad_rows(path: Path) -> Iterator[_Row]:
    """One row a question, and one without a question for a paragraph that has none."""
    text = decode(path)
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = None
    if not isinstance(whole, dict) or not isinstance(whole.get("data"), list):
        for number, line in json_lines(path):
            where = f"{path}, line {number}"
            row = decoded(line, where)
            yield _Row(where, str(row.get("title") or ""), _string(row, "context", where), row)
        return
    for a, article in enumerate(_objects(whole, "data", str(path))):
        for p, paragraph in enumerate(_objects(article, "paragraphs", f"{path}, data[{a}]")):
            where = f"{path}, data[{a}].paragraphs[{p}]"
            title, context = str(article.get("title") or ""), _string(paragraph, "context", where)
            asked = _objects(paragraph, "qas", where)
            if not asked:
                yield _Row(where, title, context, {})
            for q, question in enumerate(asked):
                yield _Row(f"{where}.qas[{q}]", title, context, question)


def _paragraphs(rows: Iterable[_Row], path: Path) -> dict[str, _Paragraph]:
    name = re.sub(r"\W+", "-", path.stem)
    found: dict[str, _Paragraph] = {}
    for row in rows:
        if not clean(row.context):
            raise GoldError(f"{row.where}: context: holds no words")
        found.setdefault(row.context, _Paragraph(f"{name}-{len(found) + 1:05}", row.title, row.context))
    return found


def _alternatives(row: _Row) -> tuple[str, ...]:
    answers = row.question.get("answers")
    # {"text": [...], "answer_start": [...]} where a data set hub has made columns of it.
    texts = answers.get("text") if isinstance(answers, dict) else [a.get("text") for a in answers or () if isinstance(a, dict)]
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t.strip() for t in texts):
        raise GoldError(f'{row.where}: answers: a list of {{"text"}} is wanted; only with "is_impossible": true it may be empty')
    return tuple(dict.fromkeys(t.strip() for t in texts))


# -- BEIR


def _beir_root(path: Path) -> Path:
    return path if path.is_dir() else path.parent.parent


def _beir_questions(path: Path) -> list[Gold]:
    root = _beir_root(path)
    corpus = _corpus(root)
    queries = {_string(row, "_id", where): (_string(row, "text", where), where) for where, row in _json_rows(root / "queries.jsonl")}
    evidence: dict[str, list[Evidence]] = {}
    for file in [path] if path.is_file() else sorted((root / "qrels").glob("*.tsv")):
        for where, query, document, grade in _qrels(file):
            for name, known, place in (("query-id", query in queries, "queries.jsonl"), ("corpus-id", document in corpus, "corpus.jsonl")):
                if not known:
                    raise GoldError(f"{where}: {name}: {query if name == 'query-id' else document!r} is not in {place}")
            if grade > 0:
                evidence.setdefault(query, []).append(Evidence(document, _cleaned(corpus[document][1]), grade=grade))
    if not evidence:
        raise GoldError(f"{root}: qrels: no qrels/*.tsv with a score above 0")
    asked = [(i, text, where) for i, (text, where) in queries.items() if i in evidence]
    return [Gold(i, text, OTHER, (), (), tuple(evidence[i]), DEFAULT_MAX_WORDS, where=where) for i, text, where in asked]


def _corpus(root: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for where, row in _json_rows(root / "corpus.jsonl"):
        title = str(row.get("title") or "")
        found[_string(row, "_id", where)] = (title, _string(row | {"text": row.get("text") or title}, "text", where))
    return found


def _json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in json_lines(path):
        where = f"{path}, line {number}"
        yield where, decoded(line, where)


def _qrels(path: Path) -> Iterator[tuple[str, str, str, int]]:
    for number, line in json_lines(path):
        where, cells = f"{path}, line {number}", next(csv.reader([line.rstrip("\r")], delimiter="\t", quoting=csv.QUOTE_NONE))
        if cells[0] == "query-id":
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?\d+", cells[2].strip()):
            raise GoldError(f"{where}: score: query-id, corpus-id and a whole number, parted by tabs, are wanted")
        yield where, cells[0], cells[1], int(cells[2])


# -- fields


def _string(raw: dict[str, Any], field: str, where: str) -> str:
    value = raw.get(field)
    if not isinstance(value, str) or not value.strip():
        raise GoldError(f"{where}: {field}: a non-empty string is wanted, not {value!r}")
    return value


def _objects(raw: dict[str, Any], field: str, where: str) -> list[dict[str, Any]]:
    value = raw.get(field)
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise GoldError(f"{where}: {field}: a list of objects is wanted")
    return value
