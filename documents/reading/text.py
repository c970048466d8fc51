"""Plain text and Markdown, in whatever encoding it was saved, to clean blocks."""

import codecs
import contextlib
import re
import unicodedata
from collections.abc import Sequence

from documents.cleaning import Block, arrange, clean_line
from documents.normalise import nfc
from documents.reading import flattened, text_tables, wrapped
from documents.reading.source import ReadingError, Source
from documents.reading.wrapped import Line

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ACCEPTED = "save it as UTF-8 text"
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
# A Vietnamese syllable without its tone: initial, vowels, final.
_SYLLABLE = re.compile(
    r"(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|q|r|s|th|tr|t|v|x)?"
    r"(?:[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oai|oay|oe|oi|oo|ôi|ơi|ua|uâ|uây|ue|uê|ui|uô|uôi|uơ|uy|uya|uyê|uyu|ưa|ưi|ươ"
    r"|ươi|ươu|ưu|iêu|yê|yêu|uêu|oao|oeo|uôu|uyt)"
    r"(?:c|ch|m|n|ng|nh|p|t)?"
)
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
_LIKELY = 0.85  # share of the words with diacritics that are Vietnamese syllables, from which a text is Vietnamese
_GARBLED = 0.75
_FEWEST = 3  # words with diacritics that a guess at the encoding needs
_INNER_SIGN = re.compile(r"[a-zA-Z](?:[¡-©¬®-¯±-º¼-¿×÷])+[a-zA-Z]")
_MARKDOWN = re.compile(
    r"^ {0,3}#{1,6} +\S|\*\*\S|\S\*\*|^ {0,3}```|^ {0,3}\|? ?:?-{3,}:? ?\|[ :|-]*$|\[[^\]\n]{1,300}\]\([^)\n]{1,300}\)|^ {0,3}> +\S"
    r"|(?<!\w)\*[^*\s][^*\n]{0,300}\*(?!\w)",
    re.MULTILINE,
)
_LOOSE_NUMBER = re.compile(r"\s*[-–—]?\s*(\d{1,3})\s*[-–—]?\s*")
_PAGE = 15  # lines that a page has at least
_FEWEST_PAGES = 3
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x85\u2028\u2029]")


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and the name of its encoding ("utf-8", "utf-16", "utf-32", "windows-1258", "tcvn3", "vni", …).

    Raises:
        ReadingError: `binary` where the bytes are no text, `damaged` where no known encoding makes sense of them.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            body = data if name != "utf-8" else data[len(mark) :]
            if name == "utf-16":
                body = body[: len(body) // 2 * 2]
            try:
                return _mended(_text(body.decode(name)), name)
            except UnicodeDecodeError:
                if name != "utf-8":
                    raise ReadingError("damaged", f"The text breaks off or is damaged inside its {name} encoding; {_ACCEPTED}.") from None
                data = body
                break
    wide = _wide(data)
    if wide is not None:
        return _mended(_text(wide[0]), wide[1])
    if b"\0" in data:
        raise ReadingError("binary", "The file holds bytes that are no text; plain text, Markdown, HTML, RTF and DOCX are accepted.")
    try:
        return _mended(_text(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        pass
    lenient = data.decode("utf-8", "replace")
    high = sum(ord(c) > 127 for c in lenient)
    if lenient.count("\ufffd") <= 0.02 * high:
        return _text(lenient), "utf-8"
    return _eight_bit(data)


def read_text(data: bytes) -> Source:
    """The blocks of a text or Markdown file: tables put together, hard-wrapped lines rejoined, marks out.

    `Block.page` counts from 1 where the file has form feeds; the page numbers printed beside those are left out.

    Raises:
        ReadingError: `empty`, `binary` or `damaged`.
    """
    text, encoding = decode(data)
    blocks = read_lines(text)
    if not blocks:
        raise ReadingError("empty", "The file holds no words; give a file with text in it.")
    lost = text.count("\ufffd")
    warnings = (f"{lost} characters could not be read and stand as \ufffd.",) if lost else ()
    return Source("markdown" if _MARKDOWN.search(text) else "text", tuple(blocks), encoding, warnings)


def read_lines(text: str) -> list[Block]:
    """The blocks of a text, footnotes last; [] where it holds no words."""
    parts = flattened.segments(_lines(text))
    wrapping = wrapped.measure([line for part in parts if isinstance(part, list) for line in [*part, Line("")]])
    found: list[list[Block]] = []
    for part in parts:
        if isinstance(part, text_tables.Table):
            if part.layout:
                found += [_blocks(wrapped.rejoin_cell(cell)) for cells in part.rows for cell in cells]
            else:
                found.append(text_tables.blocks(part))
        else:
            found.append(_blocks(wrapped.rejoin(part, wrapping) if wrapping else part))
    return arrange(found)


def _blocks(lines: Sequence[Line]) -> list[Block]:
    return [b for b in (clean_line(line.text, line.page) for line in lines) if b is not None]


def _lines(text: str) -> list[Line]:
    text = _LINE_ENDS.sub("\n", text)
    if "\f" not in text:
        return _without_loose_numbers(_page(text, None))
    pages = [_page(page, number) for number, page in enumerate(text.split("\f"), 1)]
    _drop_page_numbers(pages)
    lines: list[Line] = []
    for page in pages:
        filled = [i for i, line in enumerate(page) if line.text.strip()]
        if filled:
            # Blank lines at a page break part nothing.
            lines += page[filled[0] : filled[-1] + 1]
    return lines


def _page(text: str, number: int | None) -> list[Line]:
    # One tab after a word parts it from the next; more of them, or some at the beginning, are a layout.
    plain = nfc(re.sub(r"(?<=\S)\t(?=\S)", " ", text).expandtabs(4)).split("\n")
    if "\t" not in text:
        return [Line(line, number) for line in plain]
    parted = (tuple(map(nfc, line.split("\t"))) if "\t" in line else () for line in text.split("\n"))
    return [Line(line, number, parts=parts) for line, parts in zip(plain, parted, strict=True)]


def _without_loose_numbers(lines: list[Line]) -> list[Line]:
    """`lines` without the numbers of pages that stand between them: figures alone between blank lines, each by one more than the last.
    What a page break parted is put together, so the blank lines around them go too."""
    alone = [
        (i, int(found[1]))
        for i, line in enumerate(lines)
        if (found := _LOOSE_NUMBER.fullmatch(line.text))
        and not any(x.text.strip() for x in lines[max(0, i - 1) : i] + lines[i + 1 : i + 2])
    ]
    runs: list[list[tuple[int, int]]] = []
    for i, number in alone:
        run = next((r for r in runs if r[-1][1] == number - 1 and i - r[-1][0] >= _PAGE), None)
        if run is not None:
            run.append((i, number))
        elif number <= 2:
            runs.append([(i, number)])
    best = max(runs, key=len, default=[])
    if len(best) < _FEWEST_PAGES:
        return lines
    gone: set[int] = set()
    for i, _ in best:
        for step in (-1, 1):
            k = i
            while 0 <= k < len(lines) and (k == i or not lines[k].text.strip()):
                gone.add(k)
                k += step
    return [line for k, line in enumerate(lines) if k not in gone]


def _drop_page_numbers(pages: Sequence[list[Line]]) -> None:
    """Empty the first or last lines of pages that hold the page's number: figures that rise with the pages."""
    places: dict[tuple[int, int], list[int]] = {}
    for i, page in enumerate(pages):
        filled = [k for k, line in enumerate(page) if line.text.strip()]
        for end in {filled[0], filled[-1]} if filled else ():
            found = re.fullmatch(r"\s*[-–—]?\s*(?:trang\s+)?(\d{1,4})(?:\s*/\s*\d{1,4})?\s*[-–—]?\s*", page[end].text, re.IGNORECASE)
            if found:
                places.setdefault((0, int(found[1]) - i), []).append(i)
                places.setdefault((i + 1, end), []).append(int(found[1]) - i)
    steady = {shift for (kind, shift), where in places.items() if kind == 0 and len(where) > 1}
    for (page_number, end), shifts in places.items():
        if page_number and shifts[0] in steady:
            pages[page_number - 1][end] = Line("", page_number)


# Encodings


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without its mark, told by the zero bytes of spaces, figures and plain letters; None for other bytes."""
    if len(data) < 4 or len(data) % 2:
        return None
    for name, zeros, others in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        if zeros.count(0) > 0.2 * len(zeros) and others.count(0) < 0.02 * len(others):
            try:
                return data.decode(name), name
            except UnicodeDecodeError:
                return None
    return None


def _text(text: str) -> str:
    """`text`, if it looks like text."""
    unseen = len(_UNSEEN.findall(text))
    if unseen > 0.02 * len(text) or "\0" in text:
        raise ReadingError("binary", "The file holds bytes that are no text; plain text, Markdown, HTML, RTF and DOCX are accepted.")
    if text.count("\ufffd") > 0.01 * len(text) + 1:
        raise ReadingError("damaged", f"Too many characters of the file were lost when it was saved; {_ACCEPTED}.")
    return text


def _mended(text: str, encoding: str) -> tuple[str, str]:
    """`text`, or what it meant where it was decoded wrongly before it was saved as Unicode."""
    with contextlib.suppress(UnicodeError):
        # Letters that, as bytes, are UTF-8 again: "Nghá»‹" for "Nghị".
        again = b"".join(_western(c) for c in text).decode("utf-8")
        if len(again) < len(text):
            return again, "utf-8 decoded twice"
    share, count = _vietnamese(text)
    if count < _FEWEST or share >= _GARBLED:
        return text, encoding
    found = _best(_legacy(text))
    if found is None and len(_INNER_SIGN.findall(text)) > 0.03 * len(text.split()):
        raise ReadingError("damaged", f"The text is garbled: its letters were decoded in a wrong encoding; {_ACCEPTED}.")
    return found or (text, encoding)


def _western(char: str) -> bytes:
    """The byte that Windows shows as `char` in western Europe; of the five that it leaves out, the control character's."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def _best(candidates: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """The first of the readings with the most Vietnamese syllables, if they are enough to be sure."""
    best, most = None, 0.0
    for candidate in candidates:
        share, count = _vietnamese(candidate[0])
        if count >= _FEWEST and share >= _LIKELY and share > most:
            best, most = candidate, share
    return best


def _eight_bit(data: bytes) -> tuple[str, str]:
    """The encoding of one byte a letter in which most of the words with diacritics are Vietnamese."""
    plain = "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in range(256))
    western = "".join(plain[b] for b in data)
    candidates = [*_legacy(western), *_legacy(data.decode("latin-1"))]
    with contextlib.suppress(UnicodeDecodeError):
        candidates.insert(0, (unicodedata.normalize("NFC", data.decode("cp1258")), "windows-1258"))
    best = _best(candidates)
    if best and len(_UNSEEN.findall(best[0])) <= 0.02 * len(best[0]):
        return best
    unseen = len(_UNSEEN.findall(western)) + sum(0x7F <= b <= 0x9F for b in data) / 4
    if unseen > 0.05 * len(data):
        raise ReadingError("binary", "The file holds bytes that are no text; plain text, Markdown, HTML, RTF and DOCX are accepted.")
    raise ReadingError("damaged", f"The file's encoding could not be told, or its characters are damaged; {_ACCEPTED}.")


def _legacy(text: str) -> list[tuple[str, str]]:
    """What `text` reads as in each of the encodings before Unicode."""
    import viparse

    # The package's own detection wants long texts; how Vietnamese the outcome is tells as well for a few words.
    return [(viparse.fix(text, encoding=name), name) for name in ("tcvn3", "vni", "viscii", "vps")]


def _vietnamese(text: str) -> tuple[float, int]:
    """The share of Vietnamese syllables among the words that have letters beyond ASCII, and how many such words there are."""
    marked = [w for w in _WORD.findall(unicodedata.normalize("NFC", text[:200_000])) if not w.isascii()]
    good = sum(map(is_syllable, marked))
    return (good / len(marked) if marked else 1.0), len(marked)


def meant(text: str) -> tuple[str | None, str]:
    """What letters handed out by some other program meant: the encoding from before Unicode that they are in (None where they are in
    Unicode), and "fine" or, where no encoding makes sense of them, "garbled"."""
    share, count = _vietnamese(text)
    if count < _FEWEST or share >= _GARBLED:
        return None, "fine"
    found = _best(_legacy(text))
    return (found[1], "fine") if found else (None, "garbled" if share < 0.5 else "fine")


def is_syllable(word: str) -> bool:
    """Whether `word` could be a Vietnamese syllable, by the rules of spelling."""
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(_TONES))
    return bool(_SYLLABLE.fullmatch(bare))
