"""Sets a template with its data, as a PDF/A-3 that is PDF/UA too, or names what cannot be printed."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from services.papers.fonts import FAMILIES, fonts

DATA_FILE = "data.json"
_TEMPLATES = Path(__file__).with_name("templates")
# Typst keeps what the last ten compilations used, which is some 55 MB for a schedule of 2080 rows.
_LARGE_BYTES, _FORGOTTEN_AFTER = 1_000_000, 10


class Unprintable(ValueError):
    """A text has characters that no font of the documents has; `characters` are they."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        named = ", ".join(f"{each} (U+{ord(each):04X} {unicodedata.name(each, 'unnamed')})" for each in characters)
        super().__init__(f"none of {', '.join(FAMILIES.values())} has {named}")


def typeset(template: str, data: Mapping[str, Any], attached: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a template, such as `agreement-v2`, and its data, which it carries as `data.json`.

    `attached` are further PDF files that it carries, by name. Unprintable where a text cannot be shown as it is.
    """
    text = unicodedata.normalize("NFC", json.dumps({"template": template, **data}, ensure_ascii=False))
    files = {DATA_FILE: text, "families.json": json.dumps(list(FAMILIES.values())), **_sources()}
    # In-memory files are text, so the bytes of an attachment travel as a list of numbers.
    others = {name: list(content) for name, content in (attached or {}).items()}
    files |= {"main.typ": files[f"{template}.typ"], "attached.json": json.dumps(others)}
    try:
        pdf = _compile(files)
    except typst.TypstError as error:
        raise _cause(error, text) from error
    if len(pdf) > _LARGE_BYTES:
        _forget()
    return pdf


def unprintable(text: str) -> str:
    """The characters of a text, in NFC, that no font of the documents has; empty for a text that can be printed."""
    # What needs no look into fonts needs no typesetter.
    if text.isascii() and text.isprintable():
        return ""
    composed = unicodedata.normalize("NFC", text)
    return "" if prints(composed) else "".join(each for each in dict.fromkeys(composed) if not prints(each))


def prints(text: str, families: Sequence[str] = tuple(FAMILIES.values())) -> bool:
    """Whether a text, in NFC, can be printed by some fonts, or by those of the documents."""
    probe = {"main.typ": _sources()["probe.typ"], "families.json": json.dumps([*families])}
    try:
        _compile({**probe, DATA_FILE: json.dumps(text)})
    except typst.TypstError:
        return False
    return True


def _cause(error: typst.TypstError, text: str) -> Exception:
    missing = unprintable("".join(_texts(json.loads(text))))
    return Unprintable(missing) if missing else error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _compile(files: Mapping[str, str]) -> bytes:
    # Its stubs do not know of in-memory files.
    sources: Any = {name: content.encode() for name, content in files.items()}
    compiler = typst.Compiler(input=sources, font_paths=fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"])
    assert isinstance(pdf, bytes)
    return pdf


def _forget() -> None:
    for _ in range(_FORGOTTEN_AFTER + 1):
        typst.Compiler(input=b"", font_paths=fonts(), ignore_system_fonts=True).compile(format="svg")


@cache
def _sources() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(_TEMPLATES.glob("*.typ"))}
