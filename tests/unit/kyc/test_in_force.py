"""The lists in force: whoever screens says just which versions the entries are of."""

from collections.abc import Iterator, Mapping

from services.kyc.in_force import ListInForce
from services.kyc.sanctions import current_list
from services.kyc.screening import Entry


class Loading:
    """Lists of which another version is loaded just while they are read."""

    def __init__(self, *loaded: str) -> None:
        self._loaded: Iterator[str] = iter(loaded)
        self.version = next(self._loaded)

    def versions(self) -> Mapping[str, str]:
        return {"ofac": self.version} if self.version else {}

    def entries(self) -> tuple[Entry, ...]:
        found = (Entry(f"ofac:{self.version}", ("Grigor Malkhovets",)),)
        self.version = next(self._loaded, self.version)
        return found


def test_entries_are_of_the_version_that_is_said_however_often_another_is_loaded_meanwhile() -> None:
    in_force = ListInForce(Loading("1", "2", "3"))
    assert in_force.list_version() == "3"
    assert set(in_force.listed(["ofac:1", "ofac:2", "ofac:3"])) == {"ofac:3"}


def test_the_delivered_list_is_in_force_until_one_is_loaded() -> None:
    lists = Loading("")
    in_force = ListInForce(lists)
    assert in_force.list_version() == current_list().version
    lists.version = "1"
    in_force.refresh()
    assert in_force.list_version() == "1"
