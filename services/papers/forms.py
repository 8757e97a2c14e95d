"""The documents as data: of each form its blocks, of each language its texts; both by version, and both linted.

A form, `forms/<name>-v<n>.json`, says which blocks a document has and which values it is filled with. What is fixed in
it comes from `texts/<language>.json`: a name that begins with `=` is one of a text, every other one of a value. A form
that was in use is never changed, nor are its texts: what is to read otherwise gets the next version.
"""

import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.papers.fonts import FAMILIES
from services.papers.formats import RIGHT_TO_LEFT, Value, isolated, plain, written
from services.papers.typesetting import unprintable

_HERE = Path(__file__).parent
# What every document has, and every text may name.
_ALWAYS = frozenset({"reference", "made"})
# What parts the pieces of a line, where it is another mark.
COMMAS = {"ar": "، "}
COMMON, CONSENT = "common-v1", "consent-v1"
# Of one law, or of none.
_CONSENTS = re.compile(r"consent(-[a-z]+)?-v\d+")
LANGUAGES: tuple[str, ...] = tuple(sorted(file.stem for file in (_HERE / "texts").glob("*.json")))
FORMS: tuple[str, ...] = tuple(sorted(file.stem for file in (_HERE / "forms").glob("*.json")))


class Unfit(ValueError):
    """A form or a text that cannot be used; says which, and why."""


def language_of(required: str, customer: str, lender: str, asked: str = "") -> str:
    """The language of a paper: which the law requires, or else who asks for it, the customer or the lender wants.

    Each is empty where it says nothing; one that papers are not in says nothing here, either. Unfit when all do.
    """
    found = next((each for each in (required, asked, customer, lender) if each in LANGUAGES), "")
    if not found:
        raise Unfit(f"a paper has no language; there are {', '.join(LANGUAGES)}")
    return found


def check() -> None:
    """Refuses forms and texts with a missing text, an unknown variable or a character that no font has: Unfit."""
    for name in FORMS:
        for language in LANGUAGES:
            lint(name, language, _form(name), texts(name, language))
    for language in LANGUAGES:
        printed(language, _sections(language))


def printed(language: str, sections: Mapping[str, Mapping[str, str]]) -> None:
    """Refuses texts of a language that no font has a character of: Unfit, with the fonts."""
    said = "".join(sorted({letter for section in sections.values() for text in section.values() for letter in text}))
    missing = unprintable(said.replace("\n", ""))
    if missing:
        named = ", ".join(f"{each} (U+{ord(each):04X})" for each in missing)
        raise Unfit(f"the texts of {language}: none of {', '.join(FAMILIES.values())} has {named}")


def lint(name: str, language: str, form: Mapping[str, Any], words: Mapping[str, str]) -> None:
    """Refuses a form whose text is missing in a language, or which names a variable that it does not declare: Unfit."""
    where, known = f"{name} in {language}", _declared(form)
    for block in [{"kind": "title", "title": "title", "text": "subtitle"}, *form["blocks"]]:
        for key in _text_keys(block):
            if key not in words:
                raise Unfit(f"{where}: has no text {key}")
            _refuse_unknown(f"{where}: the text {key}", _variables(words[key]), known)
        _refuse_unknown(f"{where}: a block of {block['kind']}", set(_value_keys(block)), known)


def filled(name: str, language: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """The document as the typesetter takes it: title, labels and blocks in that language, and the values as they are.

    Unfit for a language or a form that there is not, and for a value that is missing or that it does not know.
    """
    form, words = _form(name), texts(name, language)
    _fits(name, form, values)
    said = {key: written(value, language, words) for key, value in values.items()}
    apart = _apart(said, language)
    texts_ = {key: text.format_map(apart) for key, text in words.items() if _variables(text) <= said.keys()}
    return {
        "form": name,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "title": texts_["title"],
        "subtitle": texts_["subtitle"],
        "labels": {"page": texts_["page"]},
        "blocks": [
            found for block in form["blocks"] if (found := _block(block, texts_, said, values, language)) is not None
        ],
        "values": {key: plain(value) for key, value in values.items()},
    }


def variables(name: str) -> tuple[str, ...]:
    """What a form is filled with; those that end with `?` may be left out."""
    return tuple(_form(name)["variables"])


def texts(name: str, language: str) -> Mapping[str, str]:
    """The texts of a form in a language, with those that all forms have."""
    sections = _sections(language)
    if name not in sections:
        raise Unfit(f"{name} in {language}: has no texts")
    return {**sections[COMMON], **sections[name]}


def sentence(name: str, language: str, key: str, values: Mapping[str, Value]) -> str:
    """A text of a form, filled with values, which a caller puts among others; Unfit for one that there is not."""
    words = texts(name, language)
    if key not in words or _variables(words[key]) != values.keys():
        raise Unfit(f"{name} in {language}: has no text {key} with {', '.join(values)}")
    said = {each: written(value, language, words) for each, value in values.items()}
    return words[key].format_map(_apart(said, language))


def common(language: str) -> Mapping[str, str]:
    """The texts that all forms have; Unfit for a language that there is not."""
    return _sections(language)[COMMON]


def consent(language: str, version: str = CONSENT) -> tuple[str, str]:
    """What who signs electronically agrees to: the version of the text, and the text.

    A text that was agreed to stays beside those that came after it. Unfit for a language or a version that is none.
    """
    found = _sections(language).get(version, {}) if _CONSENTS.fullmatch(version) else {}
    if "text" not in found:
        raise Unfit(f"{version} in {language}: is no consent")
    return version, found["text"]


def listed(parts: Iterable[str], language: str) -> str:
    """Parts of a whole in one line, such as those of an address, each kept together."""
    return COMMAS.get(language, ", ").join(isolated(each, language) for each in parts)


def _apart(said: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values as they can stand in sentences."""
    return {
        key: listed(map(str, value), language) if isinstance(value, list) else isolated(str(value), language)
        for key, value in said.items()
    }


def _block(
    block: Mapping[str, Any], words: Mapping[str, str], said: Mapping[str, Any], values: Mapping[str, Value],
    language: str,
) -> dict[str, Any] | None:  # fmt: skip
    if ("when" in block and not values.get(block["when"])) or ("unless" in block and values.get(block["unless"])):
        return None

    def one(key: str) -> Any:
        return words[key[1:]] if key.startswith("=") else said.get(key, "")

    def line(key: str) -> str:
        found = one(key)
        return listed(found, language) if isinstance(found, list) else str(found)

    kind = block["kind"]
    found: dict[str, Any] = {"kind": kind}
    if kind in ("heading", "text"):
        found["text"] = words[block["text"]]
    elif kind in ("facts", "headline", "box"):
        rows = block["rows"]
        # Rows that the caller has, or those of the form: a label, a value, and of a box a note.
        found["rows"] = (
            [[listed(each, language) if isinstance(each, list) else each for each in row] for row in said[rows]]
            if isinstance(rows, str)
            else [[words[row[0]], line(row[1]), *(words[note] for note in row[2:])] for row in rows]
        )
    elif kind in ("points", "clauses"):
        items = block["items"]
        # Those of a caller may be sentences that somebody worded in another language.
        found["items"] = _kept(said[items], language) if isinstance(items, str) else [line(each) for each in items]
    elif kind == "parties":
        found["parties"] = [_party(each, words, one) for each in block["parties"]]
    elif kind == "table":
        found["head"] = [words[each] for each in block["head"]]
        found |= {"rows": said[block["rows"]], "align": block["align"], "foot": said.get(block["foot"])}
    elif kind == "signing":
        found |= {"title": words[block["title"]], "text": words[block["text"]], "lines": said[block["lines"]]}
    return found


def _kept(items: Any, language: str) -> Any:
    """Texts, or lists of them, each as it can stand in a paper of a language."""
    return isolated(items, language) if isinstance(items, str) else [_kept(each, language) for each in items]


def _party(row: list[str], words: Mapping[str, str], one: Any) -> dict[str, Any]:
    label, name, lines, notes = row
    return {"label": words[label], "name": one(name), "lines": one(lines) or [], "notes": one(notes) or []}


def _text_keys(block: Mapping[str, Any]) -> Iterator[str]:
    yield from (block[key] for key in ("text", "title") if key in block)
    yield from block.get("head", ())
    rows = block.get("rows", ())
    for row in rows if isinstance(rows, list) else ():
        yield from (row[0], *row[2:])
    yield from (key[1:] for key in _places(block) if key.startswith("="))
    yield from (row[0] for row in block.get("parties", ()))


def _value_keys(block: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in _places(block) if key and not key.startswith("="))
    yield from (block[key] for key in ("when", "unless") if key in block)


def _places(block: Mapping[str, Any]) -> Iterator[str]:
    for name in ("rows", "items", "foot", "lines"):
        found = block.get(name, ())
        if isinstance(found, str):
            yield found
        else:
            yield from (each if isinstance(each, str) else each[1] for each in found)
    for row in block.get("parties", ()):
        yield from row[1:]


def _variables(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _refuse_unknown(where: str, named: set[str], known: frozenset[str]) -> None:
    if unknown := sorted(named - known):
        raise Unfit(f"{where} names {', '.join(unknown)}, which is no variable of the form")


def _fits(name: str, form: Mapping[str, Any], values: Mapping[str, Value]) -> None:
    declared = form["variables"]
    missing = sorted(({each for each in declared if not each.endswith("?")} | _ALWAYS) - values.keys())
    unknown = sorted(values.keys() - _declared(form))
    if missing or unknown:
        raise Unfit(f"{name}: is missing {missing} and does not know {unknown}")


def _declared(form: Mapping[str, Any]) -> frozenset[str]:
    return _ALWAYS | {each.removesuffix("?") for each in form["variables"]}


@cache
def _form(name: str) -> Mapping[str, Any]:
    if name not in FORMS:
        raise Unfit(f"{name}: is no form; there are {', '.join(FORMS)}")
    found: dict[str, Any] = json.loads((_HERE / "forms" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def _sections(language: str) -> Mapping[str, Mapping[str, str]]:
    if language not in LANGUAGES:
        raise Unfit(f"{language}: is no language of the documents; there are {', '.join(LANGUAGES)}")
    found: dict[str, dict[str, str]] = json.loads((_HERE / "texts" / f"{language}.json").read_text(encoding="utf-8"))
    return found
