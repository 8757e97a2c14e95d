"""What documents can show: a name or an address that no font has is refused before anything is built on it."""

from collections.abc import Mapping

from services.papers import Unprintable, unprintable
from services.runtime.errors import InvalidArgument


def require_printable(texts: Mapping[str, str]) -> None:
    """Holds texts by their fields; InvalidArgument TEXT_UNPRINTABLE names the field and the characters."""
    for field, text in texts.items():
        if missing := unprintable(text):
            raise InvalidArgument.field(field, str(Unprintable(missing)), reason="TEXT_UNPRINTABLE")
