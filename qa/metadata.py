"""Questions about a document itself: who signed it, when, its number, its body, its recipients. Cited to their spans."""

import re
from collections.abc import Sequence

from documents.normalise import UPPER, fold, words
from documents.resolution import Fact, Resolution
from documents.sentences import sentence_spans
from index.analysis import term_set
from index.rows import Head
from index.store import Index
from prompts.loader import text
from qa.citing import Citer, escape
from qa.question import Question

_ORDER = (
    *("title", "signer", "issued", "number", "body", "effective", "replaces"),
    *("recipients", "session", "adopted", "place", "annex", "secrecy", "pages", "bases", "proposal"),
)
_TITLED = 2
_FEW, _CONTENT = 3, 3
_ABOUT_IT = 3  # words of what is asked, and half of them, which a line that names a basis says for it to be the one
_NUMBERED = re.compile(r"\d+/\S*[a-zđ]{2}|\d-[a-zđ]{2}")
_OF_FACTS = frozenset(
    words(
        "ky nguoi ngay thang nam ban hanh so hieu luc mang dung chuc danh vu do co quan thay the gui bo noi nhan hom dong chi ong ba ten"
        " can cu phap ly luat trung uong giua thu tuong cap giai doan dinh huong ra doi bai huy van nghi quyet ke hoach thi thong tu truoc"
    )
)
"""Folded words that questions about a document itself are made of."""
_IN_FORCE = re.compile(
    r"(?i)(?:này|kế hoạch|quyết định|nghị quyết|quy chế|quy định)\s(?:[^.;]{0,40}\s)?(?:có )?hiệu lực(?: thi hành)? (?:kể )?từ"
)
_ENDS = re.compile(r"(?i),? (?:và )?(?:thay thế|bãi bỏ|sửa đổi|hủy bỏ) |;|$")  # what is said there of other documents
_PUTS_OUT = re.compile(
    r"(?i)(?:(?:nghị quyết|quyết định|nghị định|thông tư|luật|kế hoạch|chỉ thị|quy chế) này )?(?:thay thế|bãi bỏ|hủy bỏ|huỷ bỏ)(?!\w)"
)
_ATTACHED = re.compile(r"(?i)\W*(?:ban hành )?kèm theo ")
_OPENING = 12  # passages, in which a document says of which session it is
_SESSION = re.compile(r"(?i)(?:hội nghị|kỳ họp|phiên họp)(?: lần)?(?: thứ)? \w+|(?:khóa|khoá|nhiệm kỳ) (?:[IVXLC]+(?!\w)|thứ \w+|\d)")
_ADOPTED = re.compile(r"(?i)(?:này|nghị quyết|luật)\W(?:[^.;]{0,200}\W)?thông qua(?:[^.;]{0,120})? ngày \d")
_DATELINE = re.compile(r"[\s*_]*([^\W\d][^\n,]{1,40}, ngày [^\n*_]*\d)")
_SECRET = re.compile(r"(?m)^\W*(?:TỐI |TUYỆT )?MẬT\W*$")
_ACT = re.compile(r"\W*(?:Bộ luật|Luật|Nghị quyết|Nghị định|Quyết định|Chỉ thị|Kết luận|Chương trình|Chiến lược|Thông tư) (?:số )?\S*\d")
_ORDERED = re.compile(r"(?i)(?<!\w)(?:sớm|muộn|mới|cũ|trước|sau|đầu tiên)(?!\w)")
_PERSON = re.compile(rf"(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí)((?: [{UPPER}]\w+){{2,4}})")
_SENT_TO = re.compile(
    r"(?i)(?<!\w)gửi (?:cho |đến |tới |về |báo cáo )*(?:những |các |mấy )?((?:[^\W\d]+ ?){1,4}?)(?= ?(?:nào|không|chưa|[,?]|$))"
)
_PROPOSED = re.compile(
    r"(?i)(?:(?:theo|xét) )?(?:đề nghị|tờ trình)(?: của| số)[^;\n]{5,300}?(?=[;\n]|, (?:ý kiến|Ủy ban|Uỷ ban|UBND|Hội (?:nghị|đồng))|$)"
)
_BASIS_ASKED = re.compile(
    r"(?<!\w)(?P<kind>luật|nghị định|nghị quyết|quyết định|thông tư|chỉ thị|kết luận|chiến lược|kế hoạch|chương trình"
    r"|thông báo|công văn|công điện|quy chế)(?: \w+){0,2}"
    r" (?:nào|gì|số mấy)"
    r"(?: (?:của|do) (?:cấp )?(?P<body>bộ chính trị|ban bí thư|quốc hội|thủ tướng|văn phòng chính phủ|chính phủ|trung ương"
    r"|hội đồng nhân dân|tỉnh ủy|thành ủy|ủy ban nhân dân|bộ (?:\w+ và )?\w+ \w+))?"
)
_NEXT_BASIS = re.compile(r";\s+(?=[^\W\d_]+(?: [^\W\d_]+){0,3} số \d)")
_ABOUT_WHAT = re.compile(r"\s(?:về|để thực hiện|nhằm)\s")
_DATE_BEHIND = re.compile(r",? ngày \d{1,2}(?:/\d{1,2}/| tháng \d{1,2} năm )\d{4}")
_BASIS = re.compile(
    r"(?i)căn cứ\b|thực hiện (?:nghị quyết|quyết định|chỉ thị|kế hoạch|chương trình|kết luận|luật|thông báo|công văn|công điện)"
    r"|(?:theo|xét) (?:đề nghị|tờ trình)"
)


def documents_asked(index: Index, question: Question) -> list[Resolution]:
    """The documents a metadata question is about: by province, else by a name of theirs in the question, else all."""
    heads = index.layout.heads
    if question.document_ids:
        found = [h.id for h in heads if h.id in question.document_ids]
    elif question.provinces:
        found = [h.id for h in heads if h.province in question.provinces]
    else:
        found = index.layout.named_by_facts(fold(question.normalised)) or _titled(heads, question) or [h.id for h in heads]
    if len(found) > 1 and len({index.layout.head(i).province for i in found}) == 1:
        # "Kế hoạch của Sơn La" is none of its decisions.
        of_kind = [i for i in found if fold(index.layout.head(i).kind or "-") in fold(question.normalised)]
        found = of_kind or found
    return [index.document(i) for i in found]


def _titled(heads: Sequence[Head], question: Question) -> list[str]:
    """The documents whose title says most of the question's pairs of syllables, at least two: "nghị quyết về bảo vệ môi trường"."""
    asked = {t for t in term_set(" ".join(t.word for t in question.topic)) if "_" in t and not t.startswith("~")}
    said = [(len(asked & term_set(h.title)), h.id) for h in heads]
    most = max((n for n, _ in said), default=0)
    return [i for n, i in said if n == most] if most >= _TITLED else []


def compose(documents: Sequence[Resolution], question: Question, citer: Citer) -> tuple[str | None, str]:
    """(answer or None where no document gives any of the facts, the sentence that says what is missing)."""
    lines, missing = [], []
    facts = [f for f in _ORDER if f in question.facts]
    if len(documents) > 1:
        documents = _narrowed(documents, question, facts)
        if not documents:
            return None, text("messages", "no_signer", name=_PERSON.findall(question.normalised)[0].strip())
    for document in documents:
        # A document that nobody votes on is issued.
        asked = ["issued" if f == "adopted" and not _adopted(document) else f for f in facts]
        said = [s for f in asked for s in _said(document, f, question, citer)]
        absent = [f for f in asked if not _held(document, f)]
        if said:
            lines.append(("" if len(documents) == 1 else f"- **{escape(document.province)}**: ") + _line_of(said))
        for f in absent:
            missing.append(text("messages", "no_fact", place=document.province, what=text("messages", f"fact_name_{f}")))
    if not lines:
        return None, " ".join(missing)
    return "\n".join([*lines, *missing]), ""


def _narrowed(documents: Sequence[Resolution], question: Question, facts: Sequence[str]) -> Sequence[Resolution]:
    """Of several documents those of the year or the person that is asked about, in the order of their dates where that is asked; none
    where a person is named who signed none of them."""
    if "issued" in facts:
        years = {str(y) for y in question.years}
        documents = [d for d in documents if (d.issued or "")[:4] in years] or documents
        if _ORDERED.search(question.normalised):
            documents = sorted(documents, key=lambda d: d.issued or "9999")
    if "signer" in facts and (named := _PERSON.findall(question.normalised)):
        wanted = {fold(n.strip()) for n in named}
        return [d for d in documents if wanted & {fold(f.value) for f in d.facts.get("signer", ())}]
    return documents


def _line_of(said: Sequence[str]) -> str:
    return "; ".join(said) + ("" if "\n" in said[-1] else ".")


def asks_content(documents: Sequence[Resolution], question: Question) -> bool:
    """Whether a question that sounds like one about a document itself ("ai ký duyệt ý kiến góp ý trước khi gửi?") names much that
    neither the document's title nor its metadata say, and so may ask for what the document tells."""
    if not documents or len(documents) > _FEW or (question.facts == ("bases",) and any(_of_asked_kind(d, question) for d in documents)):
        return False
    titles = term_set(" ".join(d.title for d in documents))
    values = fold(" ".join(f.value for d in documents for facts in d.facts.values() for f in facts))
    rest = [t for t in question.strong if t.folded not in _OF_FACTS and t.word not in titles]
    return sum(re.search(rf"(?<!\w){re.escape(t.folded)}(?!\w)", values) is None for t in rest) >= _CONTENT


def _proposal(document: Resolution) -> list[tuple[int, int]]:
    """The part of the opening lines that tells on whose proposal the document is made ("theo đề nghị của … tại Tờ trình số …")."""
    front = [p for p in document.passages if p.kind == "front" or (p.kind == "body" and not p.path)]
    return [(p.start + m.start(), p.start + m.end()) for p in front for m in _PROPOSED.finditer(p.text)]


def has_bases(documents: Sequence[Resolution]) -> bool:
    """Whether any of `documents` opens with what it is based on ("Căn cứ Luật …")."""
    return any(_bases(d) for d in documents)


def _bases(document: Resolution) -> list[tuple[int, int]]:
    """The spans of the lines before the first part that name the law, resolution or proposal a document is based on."""
    front = [p for p in document.passages if p.kind == "front" or (p.kind == "body" and not p.path)]
    lines = [(p.start + m.start(), p.start + m.end()) for p in front for m in re.finditer(r"[^\n]+", p.text)]
    found = [(a, b) for a, b in lines if _BASIS.match(document.text, a, b)]
    if any(re.search(r"(?i)(?:^|; )căn cứ", document.text[a:b]) for a, b in found):
        return found
    return _enumerated(document) or [(a, b) for a, b in found if _NUMBERED.search(document.text[a:b].lower())]


def _enumerated(document: Resolution) -> list[tuple[int, int]]:
    """The first list of documents of the text, each an item of its own, where it stands in the opening part ("… như: Nghị quyết số …")."""
    run: list[tuple[int, int]] = []
    for p in document.passages[: 2 * _OPENING]:
        if _ACT.match(p.text):
            run.append((p.start, p.end))
        elif len(run) > 1:
            break
        else:
            run = []
    return run if len(run) > 1 else []


def _effective(document: Resolution) -> list[tuple[int, int]]:
    """The spans that say from when the document itself is in force, each up to what its sentence says of other documents."""
    found = []
    for p in document.passages:
        for a, b in ((p.start + a, p.start + b) for a, b in sentence_spans(p.text)):
            if said := _IN_FORCE.search(document.text, a, b):
                others = _ENDS.search(document.text, said.end(), b)
                found.append((a, others.start() if others else b))
    return found[:1]


def _replaces(document: Resolution) -> list[tuple[int, int]]:
    """The spans that name the documents this one puts out of force, each sentence's first with what says so."""
    told = sorted(
        (f.start, f.end)
        for name in ("replaces", "abolishes")
        for f in document.facts.get(name, ())
        if f.start is not None and f.end is not None
    )
    found = []
    for p in document.passages:
        for a, b in sentence_spans(p.text):
            inside = [(x, y) for x, y in told if p.start + a <= x < p.start + b]
            if inside:
                begins = [m.start() for m in _PUTS_OUT.finditer(document.text, p.start + a, inside[0][0])]
                dated = [(x, m.end() if (m := _DATE_BEHIND.match(document.text, y)) else y) for x, y in inside]
                found += [(begins[-1] if begins else p.start + a, dated[0][1]), *dated[1:]]
    return found


def spans(document: Resolution, name: str) -> list[tuple[int, int]]:
    """Where `document` tells the fact `name`, in code points of its text; [] where it does not."""
    if name in _IN_TEXT:
        return _IN_TEXT[name](document)
    names = (name, "signer_role") if name == "signer" else (name,)
    found = [(f.start, f.end) for n in names for f in document.facts.get(n, ()) if f.start is not None and f.end is not None]
    if found and name in ("issued", "number") and document.number:
        # What is attached repeats them: "(Kèm theo Quyết định số … ngày …)".
        own = re.sub(r"\s", "", document.number)
        found += [(p.start, p.end) for p in document.passages if _ATTACHED.match(p.text) and own in re.sub(r"\s", "", p.text)]
    return found


def _held(document: Resolution, name: str) -> bool:
    return bool(_IN_TEXT[name](document) if name in _IN_TEXT else document.facts.get(name))


def _recipients(document: Resolution) -> list[tuple[int, int]]:
    """The span of the list of recipients."""
    return [(p.start, p.end) for p in document.passages if p.kind == "tail" and p.text.lower().startswith("nơi nhận")][:1]


def _session(document: Resolution) -> list[tuple[int, int]]:
    """The line or sentence that tells of which session or term the document is."""
    for p in document.passages[:_OPENING]:
        for a, b in sentence_spans(p.text):
            if _SESSION.search(p.text, a, b):
                return [(p.start + a, p.start + b)]
    return []


def _adopted(document: Resolution) -> list[tuple[int, int]]:
    """The sentence that tells when the body voted for the document, at its end as a rule; else the date of issue."""
    for p in reversed(document.passages):
        for a, b in sentence_spans(p.text):
            if _ADOPTED.search(p.text, a, b):
                return [(p.start + a, p.start + b)]
    return []


def _dateline(document: Resolution) -> list[tuple[int, int]]:
    """The line of the letterhead that names the place where the document was issued ("Pleiku, ngày …")."""
    found = []
    for fact in document.facts.get("issued", ()):
        if fact.start is not None:
            start = document.text.rfind("\n", 0, fact.start) + 1
            end = document.text.find("\n", fact.start)
            line = document.text[start : end if end >= 0 else None]
            if told := _DATELINE.match(line):
                found.append((start + told.start(1), start + told.end()))
    return found[:1]


def _annexes(document: Resolution) -> list[tuple[int, int]]:
    """The headings of the document's annexes."""
    return [(s.start, s.heading_end) for s in document.sections if fold(s.path[-1]).startswith("phu luc")]


def _secrecy(document: Resolution) -> list[tuple[int, int]]:
    """The line that marks the document as secret."""
    return [(m.start(), m.end()) for m in _SECRET.finditer(document.text)][:1]


def _pages(document: Resolution) -> list[tuple[int, int]]:
    """No document tells how many pages it has."""
    return []


def _said(document: Resolution, name: str, question: Question, citer: Citer) -> list[str]:
    if name in _IN_TEXT:
        return _quoted(document, name, question, citer)
    if name == "signer":
        return _signed(document, citer)
    return [_line(document, name, f, citer) for f in document.facts.get(name, ())]


def _signed(document: Resolution, citer: Citer) -> list[str]:
    """Names and roles of those who signed; a name under its role is cited with it."""
    roles = document.facts.get("signer_role", ())
    names = [(f, citer.cite_signature(document, f, roles)) for f in document.facts.get("signer", ())]
    told = [f"{text('messages', 'fact_signer', value=escape(f.value))} {m}" if m else _line(document, "signer", f, citer) for f, m in names]
    whole = next((m for _, m in names if m), None)
    for role in roles if told else ():
        alone = whole is None or len(roles) > 1
        shown = text("messages", "fact_signer_role", value=escape(role.value))
        told.append(_line(document, "signer_role", role, citer) if alone else f"{shown} {whole}")
    return told


def _quoted(document: Resolution, name: str, question: Question, citer: Citer) -> list[str]:
    """A fact that is a stretch of the text, as it stands there."""
    spans = _IN_TEXT[name](document)
    if name == "bases":
        spans = _of_kind(spans, document, question)
    told = [(document.text[a:b], citer.cite_span(document, a, b, ())) for a, b in spans]
    if name == "recipients":
        shown = [
            ("; ".join(_asked_of([line.strip(" -+·,;.") for line in said.split("\n")[1:]], question)), marker) for said, marker in told
        ]
        return [f"{text('messages', 'fact_recipients')} {escape(said)} {marker}" for said, marker in shown]
    items = [f"{escape(said.rstrip(' ;,./'))} {marker}" for said, marker in told]
    return ["".join((text("messages", "fact_bases"), *(f"\n- {item}" for item in items)))] if name == "bases" and items else items


def _of_asked_kind(document: Resolution, question: Question) -> list[tuple[int, int]]:
    """The spans of the lines that tell what a document is based on, its title among them where it names another one, which are of the kind
    and the body that the question asks for ("nghị quyết nào của Bộ Chính trị?"); none where it asks for none of them."""
    asked = _BASIS_ASKED.search(question.normalised.lower())
    if not asked:
        return []
    title = [(f.start, f.end) for f in document.facts.get("title", ()) if f.start is not None and f.end is not None]
    lines = {(a, b): document.text[a:b].lower() for a, b in (*(p for span in _bases(document) for p in _each(document, span)), *title)}
    found = [span for span, line in lines.items() if asked["kind"] in line and (asked["body"] or "") in line]
    # "Chương trình hành động của Tỉnh ủy về thực hiện Nghị quyết của Bộ Chính trị" is the Tỉnh ủy's.
    own = {span: _ABOUT_WHAT.split(lines[span], maxsplit=1)[0] for span in found}
    found = [span for span in found if asked["kind"] in own[span] and (asked["body"] or "") in own[span]] or found
    return [span for span in found if span not in title or _NUMBERED.search(lines[span])]


def _each(document: Resolution, span: tuple[int, int]) -> list[tuple[int, int]]:
    """The stretches of a line that name one document each ("Căn cứ Nghị quyết số …; Nghị quyết số …; Kế hoạch số …")."""
    start, end = span
    ends = [m.end() for m in _NEXT_BASIS.finditer(document.text, start, end)]
    return [(a, b) for a, b in zip((start, *ends), (*ends, end), strict=True) if document.text[a:b].strip()]


def _of_kind(spans: list[tuple[int, int]], document: Resolution, question: Question) -> list[tuple[int, int]]:
    """Of the lines that tell what a document is based on, those of the kind and the body that the question asks for ("nghị quyết nào của
    Bộ Chính trị?"); all where it asks for none of them, or there is none."""
    of_kind = _of_asked_kind(document, question) or spans
    lines = {(a, b): document.text[a:b].lower() for a, b in of_kind}
    # "Nghị quyết nào … về phát triển đô thị?" asks for the one that is about it.
    rest = {t.folded for t in question.topic if t.folded not in _OF_FACTS and t.word not in term_set(document.title)}
    said = [sum(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", fold(lines[span])) is not None for w in rest) for span in of_kind]
    most = max(said, default=0)
    about = [span for span, n in zip(of_kind, said, strict=True) if n == most]
    return about if most >= _ABOUT_IT and most * 2 >= len(rest) else of_kind


def _asked_of(recipients: Sequence[str], question: Question) -> Sequence[str]:
    """Of a list of recipients those the question names ("gửi cho những Bộ nào?"), or all where it names none of them."""
    named = _SENT_TO.search(question.normalised)
    wanted = [fold(w) for w in words(named[1])] if named else []
    found = [r for r in recipients if wanted and all(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", fold(r)) for w in wanted)]
    return found or recipients


def _line(document: Resolution, name: str, fact: Fact, citer: Citer) -> str:
    value = fact.value
    if name == "issued":
        year, month, day = value.split("-")
        value = f"{day}/{month}/{year}"
    said = text("messages", f"fact_{name}", value=escape(value))
    if fact.start is None:
        # Said by the operator: no line of the document proves it, so the document's beginning is shown for what it is.
        first = document.passages[0]
        return f"{said} ({text('messages', 'fact_by_operator')}) {citer.cite_span(document, first.start, first.end, ())}"
    return f"{said} {citer.cite_fact(document, fact)}"


_IN_TEXT = {
    "effective": _effective,
    "replaces": _replaces,
    "bases": _bases,
    "proposal": _proposal,
    "recipients": _recipients,
    "session": _session,
    "adopted": _adopted,
    "place": _dateline,
    "annex": _annexes,
    "secrecy": _secrecy,
    "pages": _pages,
}
"""Facts that are no values of the metadata but stretches of the text."""
