"""Files that a restore puts back, although no record names them any more, or names them yet."""

from collections.abc import Callable, Iterable

import structlog

from services.runtime.files.storing import Removable

_log = structlog.get_logger(__name__)


def remove_unnamed(is_named: Callable[[str], bool], bucket: Removable, keys: Iterable[str]) -> list[str]:
    """The keys that were removed; errors.Unavailable, then what was removed stays removed."""
    unnamed = [key for key in keys if not is_named(key)]
    for key in unnamed:
        bucket.delete(key)
        _log.info("unnamed_file_removed", key=key)
    return unnamed
