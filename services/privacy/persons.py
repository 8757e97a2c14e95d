"""One person in one service: where their data is, a copy of it, and the legal hold on it.

Each is written to the audit trail of the service, by whom and, for a hold, why.
"""

import dataclasses
import getpass
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from services.catalog import BY_NAME
from services.privacy.beside import counts
from services.privacy.keepers import Keeper, Place
from services.retention import PURPOSES, RULES
from services.runtime.errors import InvalidArgument, NotFound
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.data_keys import ANSWERS, KeyState
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.mapping import FileReference

# A credential is no information about its owner: it is not given away, not even to them.
WITHHELD = frozenset({
    "password_hash", "invitation_hash", "token_hash", "code_hash", "salt", "totp_secret", "recovery_hashes", "nonce",
    "public_key",
})  # fmt: skip
# What others owe beside the person is no copy of the person's own data (GDPR article 15(4)): the own loans are in the
# copies of the services that keep them.
OF_OTHERS = frozenset({"exposure"})
_UNTOLD = WITHHELD | OF_OTHERS
_RUNTIME = frozenset({"events", "version", "listener_versions"})
_HOLD_LENGTH = 200


def locate(keeper: Keeper, person: str) -> dict[str, Any]:
    """Where the person is: tables or collections, bucket and topic of a service, by which key, and until when."""
    with keeper.opened() as (unit, places):
        keys = {each.record_class: each for each in unit.data_keys.of_subject(person)}
        found: list[dict[str, Any]] = []
        ids: set[str] = set()
        count = 0
        for place in places:
            rows = place.repository.about(place.subject, person)
            ids |= {str(getattr(each, place.repository.key)) for each in rows}
            count += sum(len(place.repository.files(each)) for each in rows)
            if rows:
                found.append({"place": place.name, "rows": len(rows), **_described(place.record_class, keys)})
        beside = counts(keeper.store, person, ids)
    for name, number in beside.items():
        if number:
            described = _described(ANSWERS, keys) if name == "idempotency" else {}
            found.append({"place": name, "rows": number, **described})
    with keeper.opened() as (unit, _):
        _audit(keeper, person, "locate", {}, {"places": len(found)})
        unit.commit()
    if count:
        found.append({"place": f"bucket {keeper.bucket}", "files": count})
    topic = BY_NAME[keeper.service].topic
    return {"service": keeper.service, "found": found, "topic": {"name": topic, "holds": "ids, nothing personal"}}


def export(keeper: Keeper, person: str, folder: Path | None) -> dict[str, Any]:
    """All that a service keeps about the person, with class, legal basis and expiry; files go to a folder.

    The machine-readable copy of GDPR articles 15 and 20. What was sealed by a key that is destroyed is empty.
    """
    records: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    with keeper.opened() as (unit, places):
        keys = {each.record_class: each for each in unit.data_keys.of_subject(person)}
        for place, aggregate in _about(places, person):
            described = _described(place.record_class, keys)
            records.append({"place": place.name, **described, "data": portable(aggregate)})
            for file in place.repository.files(aggregate):
                copy = _copied(keeper, place.record_class, file, folder) if folder else {}
                files.append({"file": file.key, "sha256": file.sha256, **described, **copy})
        _audit(keeper, person, "export", {}, {"records": len(records), "files": len(files)})
        unit.commit()
    return {"service": keeper.service, "records": records, "files": files}


def hold(keeper: Keeper, person: str, why: str) -> dict[str, Any]:
    """Keeps every data key of the person, also those that are made later, until it is released; `why` is a case number.

    InvalidArgument without a reason, or with a long one: it is in clear, and is to name no person.
    """
    if not why.strip() or len(why) > _HOLD_LENGTH:
        raise InvalidArgument.field("why", f"must be 1 to {_HOLD_LENGTH} characters")
    return _set_hold(keeper, person, why.strip(), why.strip())


def release(keeper: Keeper, person: str, why: str) -> dict[str, Any]:
    """Lifts the hold: what has expired meanwhile is destroyed by the next hourly run."""
    if not why.strip() or len(why) > _HOLD_LENGTH:
        raise InvalidArgument.field("why", f"must be 1 to {_HOLD_LENGTH} characters")
    return _set_hold(keeper, person, "", why.strip())


def _set_hold(keeper: Keeper, person: str, held: str, why: str) -> dict[str, Any]:
    with keeper.opened() as (unit, places):
        before = {each.record_class: each.hold for each in unit.data_keys.of_subject(person)}
        classes = {place.record_class for place in places if place.repository.subject} | {ANSWERS}
        after = unit.data_keys.hold(person, classes, held)
        _audit(keeper, person, "hold" if held else "release", before, after, why)
        unit.commit()
    return {"service": keeper.service, "hold": after}


def _copied(keeper: Keeper, record_class: str, file: FileReference, folder: Path) -> dict[str, str]:
    """Where a file was copied to; nowhere when it is gone, or its key is destroyed."""
    copy = folder / keeper.service / file.key
    try:
        chunks = keeper.files(record_class).stream(file.key, file.sha256)
    except NotFound:
        return {}
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with copy.open("wb") as written:
        written.writelines(chunks)
    return {"copy": str(copy.relative_to(folder))}


def _audit(
    keeper: Keeper, person: str, what: str, before: Mapping[str, Any], after: Mapping[str, Any], why: str = ""
) -> None:
    actor, method = f"operator:{getpass.getuser()}", f"services.privacy {what}"
    keeper.store.audit.append([AuditRow(actor, method, "Person", person, 0, before, after, why, "")])


def _about(places: list[Place], person: str) -> Iterator[tuple[Place, Any]]:
    for place in places:
        for aggregate in place.repository.about(place.subject, person):
            yield place, aggregate


def _described(record_class: str, keys: Mapping[str, KeyState]) -> dict[str, Any]:
    """Class, purpose, legal basis, key and expiry of what is kept."""
    purpose, key = PURPOSES[record_class], keys.get(record_class)
    rule = RULES.get(record_class)
    return {
        "class": record_class,
        "purpose": purpose.what,
        "basis": purpose.basis,
        "kept_by": rule.basis if rule else "",
        "key": key.key_id if key else "",
        "destroyed": key.destroyed if key else False,
        "keep_until": _moment(key.expire_time) if key else None,
        "hold": key.hold if key else "",
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def portable(aggregate: Any) -> dict[str, Any]:
    """What an aggregate has for a copy: no credentials, and nothing of others."""
    names = (field.name for field in dataclasses.fields(aggregate))
    shown = {name for name in names if not name.startswith("_")} - _RUNTIME - _UNTOLD
    return {name: _told(to_plain(getattr(aggregate, name))) for name in sorted(shown)}


def _told(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _told(each) for name, each in value.items() if name not in _UNTOLD}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return value
