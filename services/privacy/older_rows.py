"""What a service stored before the data key of its person sealed it, sealed by that key: also in rows nobody changes.

Two forms are left by earlier releases: in clear, and in the services customer and auth sealed by keys of their own. The
audit trail stays as it was written. It goes on where services work, and can be begun anew: what is sealed stays so.
"""

from collections import Counter
from functools import partial
from typing import Any

from services.privacy.keepers import Keeper
from services.runtime.retry import on_conflict

# How many rows are locked at a time: no longer than calls wait for them, were the key service slow.
_PORTION = 20
# A portion meets changes of the running service; more of them than a call does, which is about one row.
_ATTEMPTS = 8


def seal(keeper: Keeper) -> dict[str, Any]:
    """Seals them, some at a time; how many rows there were, by table or collection."""
    sealed: Counter[str] = Counter()
    for name in _places(keeper):
        after: str | None = ""
        while after is not None:
            after = on_conflict(partial(_portion, keeper, name, after, sealed), _ATTEMPTS)
    return {"service": keeper.service, "sealed": dict(sealed)}


def _places(keeper: Keeper) -> list[str]:
    with keeper.opened() as (_, places):
        return [place.name for place in places if place.repository.personal]


def _portion(keeper: Keeper, name: str, after: str, sealed: Counter[str]) -> str | None:
    """Seals the rows that follow an id; the last one's, None when there are none."""
    with keeper.opened() as (unit, places):
        repository = next(place.repository for place in places if place.name == name)
        rows = repository.rows_after(after, _PORTION)
        count = sum(repository.seal_older(row) for row in rows)
        unit.commit()
    sealed.update({name: count} if count else {})
    return str(rows[-1][repository.key]) if rows else None
