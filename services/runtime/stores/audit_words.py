"""What of an audit row a search by words looks at; pure.

Words are of the call, of the kind of thing, of the fields that changed, of codes, and of a reason that its service
keeps in clear, as it is about no person. No other value is a word: what a person wrote is sealed, and an amount or a
date is no code. Ids are found whole, and as nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import may_be_sealed

# A value in capitals, such as a status or a reason; three letters at least, and no number in it but as a part.
_CODE = re.compile(r"(?=.{3,60}$)[A-Z]{2,}(_[A-Z0-9]+)*")
# The fields that have codes, by the last part of their names.
_CODED = frozenset(
    "action code codes decision kind level outcome reason reasons result role roles state status type".split()
)
_ID = re.compile(r"(?:[a-z]+:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.ASCII)
_NAME = re.compile(r"[^\W_]+")
# DecideFinal: Decide, Final. TOTPSecret: TOTP, Secret.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_STATUS = "status"


def kind_of(row: AuditRow) -> str:
    """What sort of caller acted."""
    return row.actor.partition(":")[0]


def outcome(row: AuditRow) -> str:
    """The status that the thing came to, of several the first by name; empty when none changed."""
    named = [_STATUS, *(name for name in sorted(row.after) if name.rpartition("_")[2] == _STATUS)]
    return next((str(row.after[name]) for name in named if _is_code(row.after.get(name))), "")


def ids(row: AuditRow) -> set[str]:
    """Whatever the row names by id: who acted, with their kind and without, the thing, the request, what changed."""
    found = {row.actor, row.actor.partition(":")[2], row.aggregate_id, row.correlation_id}
    return {each for each in (*found, *_ids([row.before, row.after])) if each}


def words(row: AuditRow) -> list[str]:
    """The words, in no order, each once."""
    found = dict.fromkeys(_of_name(row.method))
    found |= dict.fromkeys(_of_name(row.aggregate_type))
    for name in row.after:
        found |= dict.fromkeys(_of_name(name))
    for code in _codes("", [row.before, row.after]):
        found |= dict.fromkeys((code, *code.split("_")))
    if key_of(row.why) is None and not may_be_sealed(row.why):
        # Numbers are left out: of what, nobody knows.
        found |= dict.fromkeys(each for each in _NAME.findall(row.why) if each.isalpha())
    return list(found)


def says(row: AuditRow, word: str) -> bool:
    """Whether a word of a query is one of the row's, begins one, or is an id of it; capitals do not matter."""
    if not ids(row).isdisjoint({word, word.lower()}):
        return True
    said = [each.lower() for each in words(row)]
    parts = re.findall(r"\w+", word.lower())
    return bool(parts) and all(any(each.startswith(part) for each in said) for part in parts)


def _of_name(name: str) -> Iterator[str]:
    """The parts of a name: of a call's path, of a class, of a field."""
    for whole in _NAME.findall(name):
        yield whole
        yield from _PART.findall(whole)


def _codes(name: str, value: Any) -> Iterator[str]:
    """The codes in a value on any depth, of fields that have codes; what is in a list has the list's name."""
    if isinstance(value, str):
        if name.rpartition("_")[2] in _CODED and _is_code(value):
            yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _codes(name, each)
    elif isinstance(value, Mapping):
        for inner, each in value.items():
            yield from _codes(inner, each)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if found := _ID.fullmatch(value):
            yield found[1]
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _ids(each)
    elif isinstance(value, Mapping):
        yield from _ids([*value.keys(), *value.values()])


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None
