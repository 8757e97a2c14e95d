"""What tables of points and records of credit bureaus say of a score, in the other languages of the papers; pure.

`score_texts.json` has the delivered sentences by language. A number in one is written `{}`, so that a table with other
bounds is worded, too, and each is written as the language writes numbers; `{parts}` is what a bureau's record counts,
each with words of its own.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from services.papers.formats import isolated, number

_NUMBER, _PARTS, _BETWEEN = r"(\d+(?:\.\d+)?)", "{parts}", ", "
_END_OF_SENTENCE = re.compile(r"(?<=\.) ")


def said_of_score(description: str, change: str, language: str) -> tuple[str, str]:
    """A reason of a score and what would have to change, in a language; both as they are where one has no words.

    A table that the lender worded otherwise counts as it was recorded.
    """
    found = _said(description, language), _said(change, language)
    return (description, change) if None in found else (found[0] or "", found[1] or "")


def _said(text: str, language: str) -> str | None:
    """Sentence by sentence; None where one of them has no words."""
    found = [_sentence(each, language) for each in _END_OF_SENTENCE.split(text)] if text else [""]
    return None if None in found else " ".join(each for each in found if each)


def _sentence(text: str, language: str) -> str | None:
    for pattern, words in _patterns(language).items():
        if (match := pattern.fullmatch(text)) is None:
            continue
        if _PARTS not in words:
            return words.format(*(isolated(number(Decimal(each), language), language) for each in match.groups()))
        parts = [_sentence(each, language) for each in match["parts"].split(_BETWEEN)]
        if None not in parts:
            between = _sentence(_BETWEEN, language) or _BETWEEN
            return words.format(parts=between.join(each for each in parts if each))
    return None


@cache
def _patterns(language: str) -> Mapping[re.Pattern[str], str]:
    """By what it matches in the model's own language, each sentence of another one."""
    return {re.compile(_expression(known)): words for known, words in texts()[language].items()}


def _expression(known: str) -> str:
    plain = re.escape(known).replace(re.escape("{}"), _NUMBER)
    return plain.replace(re.escape(_PARTS), "(?P<parts>.+)")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """The sentences by language, and by what the tables say."""
    found: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("score_texts.json").read_text(encoding="utf-8")
    )
    return found
