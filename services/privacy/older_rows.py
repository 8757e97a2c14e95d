"""What a service stored before the data key of its person sealed it, sealed by that key: also in rows nobody changes.

Two forms are left by earlier releases: in clear, and in the services customer and auth sealed by keys of their own. The
audit trail stays as it was written. It goes on where services work, and can be begun anew: what is sealed stays so.
"""

from collections import Counter
from functools import partial
from typing import Any

from services.privacy.keepers import Keeper
from services.runtime.retry import on_conflict
from services.runtime.stores.mapping import Mapped

# How many rows are locked at a time: no longer than calls wait for them, were the key service slow.
_PORTION = 20
# A portion meets changes of the running service; more of them than a call does, which is about one row.
_ATTEMPTS = 8


def seal(keeper: Keeper) -> dict[str, Any]:
    """Seals them, some at a time; how many rows there were, by table or collection."""
    sealed: Counter[str] = Counter()
    for name, ids in _stored(keeper).items():
        for begin in range(0, len(ids), _PORTION):
            count = on_conflict(partial(_portion, keeper, name, ids[begin : begin + _PORTION]), _ATTEMPTS)
            sealed.update({name: count} if count else {})
    return {"service": keeper.service, "sealed": dict(sealed)}


def _stored(keeper: Keeper) -> dict[str, list[str]]:
    """The ids of what is stored now, by table or collection; what comes later is sealed as it comes."""
    with keeper.opened() as (_, places):
        return {place.name: place.repository.ids() for place in places if _personal(place.repository)}


def _personal(repository: Mapped[Any]) -> bool:
    return bool(repository.personal or repository.parts)


def _portion(keeper: Keeper, name: str, ids: list[str]) -> int:
    """Seals the rows with these ids; of how many there was anything to seal."""
    with keeper.opened() as (unit, places):
        repository = next(place.repository for place in places if place.name == name)
        count = sum(repository.seal_older(each) for each in ids)
        unit.commit()
    return count
