"""What an expression of PromQL asks for: its series with their matchers, and the labels that it groups by."""

import re
from dataclasses import dataclass

_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_SERIES = re.compile(r"(?<![\w:.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\s*\()(?![\w:])")
_MATCHER = re.compile(r"(\w+)\s*(=~|!~|!=|=)\s*\x00(\d+)\x00")
_WORDS = frozenset("by without on ignoring group_left group_right and or unless bool offset inf nan".split())


@dataclass(frozen=True)
class Series:
    """One selector; `matchers` are label, operator and value."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]


def parsed(query: str) -> tuple[list[Series], set[str]]:
    """The series of a query, and the labels that it names besides."""
    texts: list[str] = []

    def away(found: re.Match[str]) -> str:
        texts.append(found[1].replace("\\\\", "\\"))
        return f"\x00{len(texts) - 1}\x00"

    plain = _TEXT.sub(away, query)
    grouped = {label.strip() for listed in _GROUPED.findall(plain) for label in listed.split(",") if label.strip()}
    # Aggregations have their labels before their parenthesis: what is left of `sum by (a) (x)` is `sum (x)`.
    plain = re.sub(r"\[[^\]]*\]", " ", _GROUPED.sub(" ", plain))
    plain = re.sub(r"\boffset\s+\w+", " ", plain)
    series = [
        Series(name, tuple((label, sign, texts[int(number)]) for label, sign, number in _MATCHER.findall(listed)))
        for name, listed in _SERIES.findall(plain)
        if name not in _WORDS
    ]
    return series, grouped
