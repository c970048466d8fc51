"""The loader's errors by their sentences, and every shipped text."""

import re
from pathlib import Path

import pytest

import prompts.loader
from documents.normalise import has_diacritics, words
from prompts.loader import PromptError, load, parse, text

FILES = sorted(p.stem for p in Path(prompts.loader.__file__).parent.glob("*.toml"))


def test_filling_in() -> None:
    texts = parse("[chao]\ntext = '''\nChào $name, giá 5$$ và $name.\n'''\nvariables = ['name']\n[xong]\ntext = 'Xong.'", "t.toml")
    assert texts["chao"].fill(name="Lan $x \\1") == "Chào Lan $x \\1, giá 5$ và Lan $x \\1."
    assert texts["xong"].fill() == "Xong."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("[a]\ntext = 'b'\nvariable = []", "t.toml [a]: unknown key variable; only `text` and `variables` are known"),
        ("[a]\nvariables = []", "t.toml [a]: a table with a string `text` is wanted"),
        ("a = 'b'", "t.toml [a]: a table with a string `text` is wanted"),
        ("[a]\ntext = 5", "t.toml [a]: a table with a string `text` is wanted"),
        ("[a]\ntext = '$year và $place'", "t.toml [a]: unknown placeholder $place, $year; declare it in `variables`"),
        ("[a]\ntext = 'b'\nvariables = ['year']", "t.toml [a]: variable year is declared but not used"),
        ("[a]\ntext = '$câu_hỏi'\nvariables = ['c']", "t.toml [a]: placeholder $câu_hỏi is not a lower-case ASCII name"),
        ("[a]\ntext = '$Year'\nvariables = ['Year']", "t.toml [a]: placeholder $Year is not a lower-case ASCII name"),
    ],
)
def test_a_wrong_file_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(PromptError) as caught:
        parse(source, "t.toml")
    assert str(caught.value) == sentence


def test_broken_toml_names_the_file() -> None:
    with pytest.raises(PromptError, match=r"^t\.toml: .*\(at line 2, column 8\)"):
        parse("[a]\ntext = b", "t.toml")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "t.toml [a]: missing variable place, year"),
        ({"year": 2025}, "t.toml [a]: missing variable place"),
        ({"year": 1, "place": "x", "x": 1}, "t.toml [a]: unknown variable x; it takes place, year"),
    ],
)
def test_wrong_use_is_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(PromptError) as caught:
        parse("[a]\ntext = '$year $place'\nvariables = ['year', 'place']", "t.toml")["a"].fill(**values)
    assert str(caught.value) == sentence


def test_a_text_without_variables_takes_none() -> None:
    with pytest.raises(PromptError) as caught:
        parse("[a]\ntext = 'b'", "t.toml")["a"].fill(x=1)
    assert str(caught.value) == "t.toml [a]: unknown variable x; it takes none"


def test_there_are_texts() -> None:
    assert FILES


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_text_is_vietnamese(name: str) -> None:
    texts = load(name)
    assert texts
    for key, shipped in texts.items():
        bare = words(re.sub(r"\$\w+", "", shipped.template))
        assert shipped.template.strip(), key
        # A frame such as "**$place:**" has no words of its own; a sentence has some with diacritics.
        assert len(bare) < 3 or any(has_diacritics(w) for w in bare), key
        filled = shipped.fill(**dict.fromkeys(shipped.variables, "TRỊ"))
        assert "$" not in filled, key
        assert filled.count("TRỊ") >= len(shipped.variables), key


@pytest.mark.parametrize("name", FILES)
def test_an_unknown_text_is_named(name: str) -> None:
    with pytest.raises(PromptError) as caught:
        text(name, "không-có")
    assert str(caught.value) == f"{name}.toml: no text called 'không-có'"
