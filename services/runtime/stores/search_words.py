"""How texts are indexed and looked for in a search engine: in any form, by their beginning, with a slip; pure.

A word of a query is a value there, never a part of a query's syntax.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# One shard: what a service keeps is small beside what one holds. No replica: what is lost is made anew.
SETTINGS: Mapping[str, Any] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "analysis": {
        "filter": {"beginnings": {"type": "edge_ngram", "min_gram": 2, "max_gram": 20}},
        "analyzer": {
            "beginnings": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "beginnings"]},
            "whole": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
        },
    },
}
KEYWORD: Mapping[str, Any] = {"type": "keyword"}
TEXT: Mapping[str, Any] = {
    "type": "text",
    "analyzer": "english",
    "fields": {"begun": {"type": "text", "analyzer": "beginnings", "search_analyzer": "whole"}},
}
_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROS = 1_000_000


def body(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings and mappings of an index that takes these properties and no others."""
    return {"settings": SETTINGS, "mappings": {"dynamic": "strict", "properties": properties}}


def word(text: str, field: str, *others: Mapping[str, Any]) -> dict[str, Any]:
    """The condition that a field of TEXT has a word, in another form, as a beginning, or with a slip; or an other."""
    said: list[Mapping[str, Any]] = [
        {"match": {field: {"query": text, "operator": "and"}}},
        {"match": {f"{field}.begun": {"query": text, "operator": "and", "fuzziness": "AUTO:5,9", "prefix_length": 2}}},
        *others,
    ]
    return {"bool": {"should": said, "minimum_should_match": 1}}


def micros(moment: datetime) -> int:
    """A moment as a number of microseconds, exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICROS + since.microseconds


def moment(number: int) -> datetime:
    """The moment that `micros` was given."""
    seconds, rest = divmod(number, _MICROS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
