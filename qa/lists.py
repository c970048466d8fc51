"""Lists and tasks: which items of the evidence answer together, and how they are laid out under their headings."""

import re
from collections.abc import Sequence

from documents.normalise import fold, words
from documents.resolution import Resolution
from documents.sentences import note_mark_spans, sentence_spans
from index.store import Index
from prompts.loader import text
from qa import duty_patterns, leading, patterns, tables
from qa.charging import Charges
from qa.choosing import candidates, threshold
from qa.citing import Citer, escape
from qa.comparing import per_year, times
from qa.completing import MOST_ITEMS, Completion
from qa.evidence import Evidence
from qa.patterns import Kind
from qa.question import Question
from qa.quoting import body_before, joined, place_of, plain, quoted, year_of_heading
from qa.scored import Scored
from qa.subjects import headed_by_body, names_body, names_doer
from qa.topics import names_section, together, topical
from qa.units import Unit, length_of, years_said
from qa.weighing import FEATURES

_BUDGET = {Kind.WHO: 100, Kind.LIST: 160, Kind.TEXT: 110}  # words
_WHOLE_ITEM = 90  # words
_MOST = 220  # words, up to which clauses are filled up to sentences
_NARROW = 90  # words, for a list question that asks for one thing ("… nào?", "ở đâu?")
_SUBJECT = FEATURES.index("subject")
_OF_BEST = 0.7  # of the best score, from which on what is said of a body answers for it
_SPOKEN_OF = 0.5  # coverage
_NAMED = 24  # characters, which tell the body that a passage begins with from others
_NAME = 60  # characters, in which an item names the body it charges
_BESIDES = 0.35  # of what is asked, beside the body and what all the document is about
_SIBLING = 0.3  # of the best score, from which on a unit below the heading that is asked for answers too
_LEADS, _NEAR_BEST = 6, 0.85  # the best units, and the share of the best score, from which on one may open the list that is asked for
_SENTENCE = 70  # words, up to which a sentence is told as a whole in a comparison
_ADDS = 0.07  # of the topic; a unit that says so much more of it answers too at half the chance
_OF_TITLE = 0.6  # of the title's terms, from which on a heading repeats it
_SURE = 0.85  # of the topic, which a unit says itself for a yes
_TASKS, _SAYS_MORE = 15, 0.12  # the best units, and of the topic, which one says more of than the best for it to be the task
_AHEAD, _OTHERS = 0.15, 20  # of the topic, which a unit that enumerates says more of than other passages; and how many units these are
_ENUMERATES = re.compile(r"(?:[^,;.()]{3,80}, ){2,}[^,;.()]{3,}")
_ENUMERATES_AREAS = re.compile(r"(?i)(?<!\w)(?:lĩnh vực|ngành|mảng)(?: [^\W\d]+){0,4}(?::| như| gồm| là) (?:[^,;.]{2,60}, ){2,}[^,;.]{2,}")
_WHICH = re.compile(
    r"(?<!\w)(?:(?:những|các|mấy) (?:\w+ ){1,3}(?:nào|gì|là gì)|làm gì|gồm|bao gồm|kể|liệt kê"
    r"|(?:các|những) (?:lĩnh vực|ngành|mảng|nhóm|loại))(?!\w)"
)
_CAUSES = re.compile(
    r"(?i)(?<!\w)(?:nguyên nhân|lý do|(?:trước hết|chủ yếu|phần lớn|một phần) (?:là )?do|là do|xuất phát từ|bắt nguồn)(?!\w)"
)
_NAMES_LESS = 0.35  # of the best coverage, from which on a unit may tell whose task it is
_SPOKEN_LESS = 0.7  # of the best score, from which on a paragraph of causes answers why
_DENIES = re.compile(r"(?<!\w)(?:chưa|không|thiếu|hạn chế|yếu|kém|khó khăn|chậm)(?!\w)")
_EITHER = re.compile(r"(?i)(?<!\w)(?:hay(?! (?:không|chưa))|hoặc|gì|nào|đâu|mấy|bao nhiêu|thế nào|ra sao)(?!\w)")
_ASKS_AREAS = frozenset(fold(w) for w in words("nhóm mảng phần chia thành gồm xác định nội dung số những mấy quyết nêu đặt ra"))
"""Folded syllables with which areas are asked for, that no heading need say."""
_AREAS = re.compile(
    r"\b(?:lĩnh vực|ngành|mảng|nội dung|phần|mục|nhóm nhiệm vụ|quan điểm|nhiệm vụ)\b.*\bnào\b|\bnhững (?:ngành|lĩnh vực|mảng|nhóm)\b"
)


class Lists:
    """Composes answers of several items over one index."""

    def __init__(self, index: Index, evidence: Evidence) -> None:
        self._index = index
        self._evidence = evidence
        self._charges = Charges(index, evidence)
        self._completion = Completion(index, evidence)

    def compose(self, question: Question, scored: Sequence[Scored], citer: Citer) -> str:
        """Markdown; `scored` is best first and not empty."""
        rows = self._completion.rows(question, scored)
        told = [] if duty_patterns.of_table(question.normalised.lower()) and rows else self._duties(question, scored)
        chosen = _with_rows(told, rows) or self._of_lead(question, scored)
        if chosen:
            return self.items(question, chosen, citer)
        return self._areas(question, scored, citer) or self._affirmed(question, scored, citer)

    def _affirmed(self, question: Question, scored: Sequence[Scored], citer: Citer) -> str:
        """The items; after a yes where that is what is asked and the best says all of it, denying nothing."""
        said = self.items(question, self._select(question, scored), citer)
        if not question.yes_no or question.measure or _DENIES.search(scored[0].unit.text.lower()) or _EITHER.search(question.normalised):
            return said
        wanted = self._evidence.wanted(question)
        held = self._evidence.said(question, scored[0].unit)
        sure = sum(w for t, w in wanted.items() if t in held) >= _SURE * sum(wanted.values())
        return f"{text('messages', 'yes')}\n\n{said}" if sure and not scored[0].missing else said

    def _duties(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """Where a body named is asked for what it is charged with: what is said of it, in order; else nothing."""
        lowered = question.normalised.lower()
        about = [s for s in scored if s.features and s.features[_SUBJECT]]
        each = _of_each(about) if about and duty_patterns.of_each(lowered) else []
        asks = duty_patterns.duties(lowered) or bool(each)
        if not about or question.measure or question.yes_no or not (question.kind is Kind.TEXT or asks):
            return []
        told = about[0].score >= scored[0].score * _OF_BEST and about[0].coverage >= _SPOKEN_OF
        if not told and not each and not (asks and self._nothing_else(question, about[0])):
            return []
        chosen = each
        length = sum(length_of(s.unit.text) for s in each)
        for s in about:
            if s in chosen:
                continue
            length += length_of(s.unit.text)
            if s.unit.passage.document_id == about[0].unit.passage.document_id and (not chosen or length <= _MOST):
                chosen.append(s)
        return sorted(chosen, key=lambda s: s.unit.start)

    def whole(self, scored: Scored) -> list[Scored]:
        """The unit with the rest of its sentence, where that is short."""
        found = self._whole_sentences([scored])
        return found if length_of(found[0].unit.text) <= _SENTENCE else [scored]

    def _nothing_else(self, question: Question, about: Scored) -> bool:
        """Whether little more is asked than what the body of the unit `about` has to do in what its document is about."""
        passage = about.unit.passage
        named = self._evidence.terms_of_heading(passage.path[-1] if headed_by_body(about.unit) else passage.text[:_NAME])
        theme = self._evidence.theme_of(question)
        asked = {t: w for t, w in self._evidence.wanted(question).items() if t not in theme and "_" not in t}
        return sum(w for t, w in asked.items() if t not in named) <= _BESIDES * sum(asked.values())

    def _enumerated(self, question: Question, scored: Sequence[Scored]) -> bool:
        """Whether things are asked for by name, and the best unit, which says far more of what is asked than any other passage does,
        enumerates some."""
        best = scored[0]
        if question.kind not in (Kind.LIST, Kind.TEXT) or question.yes_no or best.unit.passage.cells:
            return False
        if patterns.measures_taken(question.normalised.lower()):
            return False  # of measures the steps that one enumerates are seldom all
        if not _WHICH.search(question.normalised.lower()) or not _ENUMERATES.search(best.unit.text):
            return False
        others = (s.coverage for s in scored[1:_OTHERS] if s.unit.passage.id != best.unit.passage.id)
        return best.coverage >= max(others, default=0.0) + _AHEAD

    def _of_lead(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """The whole list, where one of the best units or its heading opens one ("Hồ sơ gồm các tài liệu sau:") and it is no longer than an
        answer may be."""
        if question.kind is not Kind.LIST or question.yes_no:
            return []
        near = (s for s in scored[:_LEADS] if s.score >= _NEAR_BEST * scored[0].score)
        return next((found for s in near if (found := self._below_lead(question, s, scored))), [])

    def _below_lead(self, question: Question, best: Scored, scored: Sequence[Scored]) -> list[Scored]:
        passage = best.unit.passage
        if passage.cells:
            return []
        headed = bool(passage.path) and passage.path[-1].rstrip().endswith(":") and topical(self._evidence, question, best)
        if not headed and not passage.text.rstrip().endswith(":"):
            return []
        group = {p.id: p for p in together(self._index, passage)}
        if len(group) < (2 if headed else 3) or sum(length_of(p.text) for p in group.values()) > _MOST:
            return []
        found = [s for s in scored if s.unit.passage.id in group]
        # An item may share no word with the question.
        found += [best._replace(unit=u) for i in set(group) - {s.unit.passage.id for s in found} for u, _ in self._evidence.units(group[i])]
        return sorted(found, key=lambda s: s.unit.start)

    def chosen(self, question: Question, scored: Sequence[Scored], most: int) -> list[Scored]:
        """The units of a list that answer together in `most` words."""
        return self._completion.rows(question, scored) or joined(self._select(question, scored, most))

    def _select(self, question: Question, scored: Sequence[Scored], most: int | None = None) -> list[Scored]:
        """Units that answer together: the best, then those that add words of the topic or stand beside it."""
        best = scored[0]
        leads = leading.asked(question.normalised.lower()) and leading.told(best.unit.passage.text)
        if leads and self._evidence.aimed(question, best.unit.passage):
            scored = [s for s in scored if leading.told(s.unit.passage.text)]
        budget = most or (60 if question.yes_no else _BUDGET[question.kind])
        enumerated = not most and self._enumerated(question, scored)
        if enumerated or (question.kind is Kind.LIST and not question.broad):
            budget = _NARROW
        if not enumerated and names_section(self._evidence, question, best.unit.passage):
            budget = max(budget, _BUDGET[Kind.LIST])
        if not enumerated and (whole := self._completion.section(question, scored)):
            return whole
        if not question.yes_no and times(question) > 1 and len(each := per_year(question, scored)) > 1:
            return each
        chosen = self._causes(question, scored) or [best]
        length = sum(length_of(s.unit.text) for s in chosen)
        flood = names_section(self._evidence, question, best.unit.passage)
        wanted = self._evidence.wanted(question)
        total = sum(wanted.values()) or 1.0
        told = self._evidence.said(question, best.unit)
        found = sorted(candidates(self._index, self._evidence, question, scored), key=lambda c: -c.chance)
        for c in found:
            s = c.scored
            size = length_of(s.unit.text)
            sibling = flood and s.unit.passage.path == best.unit.passage.path and s.score >= best.score * _SIBLING
            new = self._evidence.said(question, s.unit) - told
            adds = sum(wanted[t] for t in new) > _ADDS * total and c.chance >= threshold() / 2
            of_another_year = best.year > 0 > s.year and not question.now
            if (
                of_another_year
                or length + size > budget
                or not (sibling or adds or c.chance >= threshold())
                or any(_repeats(o.unit, s.unit) for o in chosen)
            ):
                continue
            chosen.append(s)
            told |= new
            length += size
            if len(chosen) == MOST_ITEMS:
                break
        if question.kind is Kind.WHO:
            chosen = self._with_subjects([*self._charged(question, scored), *chosen, *_naming(chosen, scored)])
        elif question.kind is not Kind.FIGURE and (not question.yes_no or _EITHER.search(question.normalised)):
            chosen = self._whole_items(self._completion.lists(question, self._whole_sentences(chosen)), budget)
        return sorted(chosen, key=lambda s: (s.unit.passage.document_id, s.unit.start))

    def _charged(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """Where the document charges bodies with the task that is asked about elsewhere, by its number: what does, and the task; or
        in the same words: what does."""
        best = scored[0]
        for s in sorted(scored[:_TASKS], key=lambda s: -s.coverage):
            if (s is best or s.coverage > best.coverage + _SAYS_MORE) and (units := self._charges.units(s.unit.passage)):
                return [*(s._replace(unit=unit) for unit in units), s]
        if duty_patterns.asks_body(question.normalised.lower()) and not names_doer(question.normalised, best.unit.passage):
            return [best._replace(unit=unit) for unit in self._charges.alike(best.unit, self._evidence.wanted(question))]
        return []

    def _causes(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """Where a cause is asked for: all of the paragraph of the best unit, if it speaks of causes; they are told one after the other."""
        if not patterns.asks_why(question.normalised.lower()):
            return []
        near = (s for s in scored[:_TASKS] if s.score >= _SPOKEN_LESS * scored[0].score and _CAUSES.search(s.unit.passage.text))
        best = next(near, None)
        if best is None or best.unit.passage.cells or length_of(best.unit.passage.text) > _MOST:
            return []
        return [best._replace(unit=unit) for unit, _ in self._evidence.units(best.unit.passage)]

    def _whole_sentences(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The units, each clause with the rest of its sentence, up to `_MOST` words in all: an enumeration that leaves out
        items misleads."""
        found: list[Scored] = []
        total = sum(length_of(s.unit.text) for s in chosen)
        for s in chosen:  # best first
            passage, unit = s.unit.passage, s.unit
            if any(f.unit.passage.id == passage.id and f.unit.start <= unit.start and unit.end <= f.unit.end for f in found):
                continue
            spans = [(passage.start + a, passage.start + b) for a, b in sentence_spans(passage.text)]
            start, end = next(((a, b) for a, b in spans if a <= unit.start and unit.end <= b + 1), (unit.start, unit.end))
            whole = passage.text[start - passage.start : end - passage.start]
            more = length_of(whole) - length_of(unit.text)
            if unit.whole or passage.cells or more <= 0 or total + more > _MOST or note_mark_spans(whole):
                found.append(s)
                continue
            total += more
            found.append(s._replace(unit=Unit(passage, start, end, whole, True)))
        return [
            f
            for f in found
            if not any(
                g is not f and g.unit.passage.id == f.unit.passage.id and g.unit.start <= f.unit.start and f.unit.end <= g.unit.end
                for g in found
            )
        ]

    def _whole_items(self, chosen: Sequence[Scored], budget: int) -> list[Scored]:
        """The units, each with what else its list item or paragraph says where that is short: half an item misleads."""
        left = budget - sum(length_of(s.unit.text) for s in chosen)
        found: list[Scored] = []
        for s in chosen:
            held = [c.unit for c in (*chosen, *found) if c.unit.passage.id == s.unit.passage.id]
            missing = [u for u, _ in self._evidence.units(s.unit.passage) if not any(h.start <= u.start and u.end <= h.end for h in held)]
            size = sum(length_of(u.text) for u in missing)
            found.append(s)
            if missing and size <= left and length_of(s.unit.passage.text) <= _WHOLE_ITEM:
                found += [s._replace(unit=u) for u in missing]
                left -= size
        return found

    def _with_subjects(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The clauses, each with the first of its passage, which names the body that the others only go on about."""
        found: list[Scored] = []
        for s in chosen:
            first, _ = self._evidence.units(s.unit.passage)[0]
            for unit in (first, s.unit) if names_body(first) else (s.unit,):
                long = sum(length_of(f.unit.text) for f in found) + length_of(unit.text) > _BUDGET[Kind.WHO] * 1.4
                if found and long:
                    break
                if not any(f.unit == unit for f in found):
                    found.append(s._replace(unit=unit))
        return found

    def items(self, question: Question, chosen: Sequence[Scored], citer: Citer) -> str:
        """The units as a list, each stretch of them under the heading it stands below."""
        lines: list[str] = []
        section: tuple[str, tuple[str, ...]] | None = None
        who = ""
        shown = joined(chosen)
        brief = len(shown) > 1
        for s in shown:
            home = s.unit.passage.document_id, s.unit.passage.path
            if home != section:
                lines.append(("" if not lines else "\n") + self._lead(self._index.document(home[0]), s))
                section = home
                who = body_before(question, s, citer)
            lines.append(f"- {who}{quoted(question, s, self._evidence.caption(s.unit.passage), brief=brief)} {citer.cite(s)}")
            who = ""
        return "\n".join(lines)

    def _lead(self, document: Resolution, first: Scored) -> str:
        """The place and the heading; with its year where only a heading further up names one."""
        path = first.unit.passage.path
        if not path:
            return text("messages", "list_lead_plain", place=escape(place_of(document)))
        label = plain(path[-1])
        short = " ".join(label.split()[:12]) + ("…" if len(label.split()) > 12 else "")
        dated = next((h for h in reversed(path[:-1]) if re.search(r"20\d\d", h)), "")
        year = year_of_heading(dated)
        if not year or years_said(label) or re.search(r"20\d\d", first.unit.passage.text) or tables.years_of(first.unit.passage):
            return text("messages", "list_lead", place=escape(place_of(document)), section=escape(short))
        when = text("messages", "until_year", year=year)
        return text("messages", "list_lead_dated", place=escape(place_of(document)), section=escape(short), when=when)

    def _areas(self, question: Question, scored: Sequence[Scored], citer: Citer) -> str | None:
        """Where the question asks which areas there are, and a section's subheadings are them, or a sentence of it enumerates them: those
        headings, or that sentence."""
        if not _AREAS.search(question.normalised.lower()) or question.kind is not Kind.LIST:
            return None
        document = self._index.document(scored[0].unit.passage.document_id)
        title = self._evidence.terms_of_heading(document.title)
        wanted = {t: w for t, w in self._evidence.wanted(question).items() if "_" not in t and fold(t) not in _ASKS_AREAS}
        wanted = {t: w for t, w in wanted.items() if t not in title} or wanted
        total = sum(wanted.values()) or 1.0
        best, best_cover = None, 0.7
        for section in document.sections:
            children = [s for s in document.sections if s.path[:-1] == section.path]
            told = [s for s in scored if s.unit.passage.path == section.path and _ENUMERATES_AREAS.search(s.unit.text)]
            if len(children) < 3 and (not told or children):
                continue
            held = self._evidence.terms_of_heading(section.path[-1])
            if len(held & title) > _OF_TITLE * len(title):
                continue  # "Điều 1. Phê duyệt …" says all that the document is about
            cover = sum(wanted.get(t, 0.0) for t in self._evidence.said_by(question, held)) / total
            if cover > best_cover:
                best, best_cover = (section, children, told), cover
        if best is None:
            return None
        section, children, told = best
        if not children:
            return self.items(question, told[:1], citer)
        lines = [text("messages", "areas_lead", place=escape(place_of(document)), section=escape(plain(section.path[-1])))]
        lines += [f"- {escape(plain(c.path[-1]))} {citer.cite_span(document, c.start, c.heading_end, section.path)}" for c in children]
        return "\n".join(lines)


def _of_each(about: Sequence[Scored]) -> list[Scored]:
    """The best unit of each of several bodies that `about` tells of in the document of the first; none where it is one body."""
    home = about[0].unit.passage.document_id
    found: dict[str, Scored] = {}
    for s in about:
        if s.unit.passage.document_id == home:
            passage = s.unit.passage
            found.setdefault(plain(passage.path[-1]) if headed_by_body(s.unit) else passage.text[:_NAMED], s)
    return list(found.values()) if len(found) > 1 else []


def _with_rows(told: Sequence[Scored], rows: Sequence[Scored]) -> list[Scored]:
    """What is said of a body, and behind it the rows that charge it, as far as an answer may go."""
    found = list(told)
    length = sum(length_of(s.unit.text) for s in found)
    for s in rows:
        length += length_of(s.unit.text)
        if all(o.unit.passage.id != s.unit.passage.id for o in found) and (not found or length <= _MOST):
            found.append(s)
    return found


def _naming(chosen: Sequence[Scored], scored: Sequence[Scored]) -> list[Scored]:
    """Where a body is asked for and none of `chosen` names one: the best that does and says much of what is asked."""
    if any(names_body(s.unit) for s in chosen):
        return []
    return [s for s in scored[:_TASKS] if s.coverage >= _NAMES_LESS * scored[0].coverage and names_body(s.unit)][:1]


def _repeats(one: Unit, other: Unit) -> bool:
    """Whether two units say the same words, as an annex repeats what the text says."""
    a, b = ({fold(w) for w in words(u.text)} for u in (one, other))
    return one.passage.id != other.passage.id and len(a & b) >= 0.8 * min(len(a), len(b)) and min(len(a), len(b)) > 6
