"""The versions of the dynamic settings in OpenBao: read, and written by check-and-set, each with who and why.

A version, once written, stays as it is: to go back is to write the values of an earlier one again. OpenBao's audit
device notes under which identity each was written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.runtime import errors
from services.runtime.dynamic.setting import ALL, Refused, Table, Value, Values
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.delivery import SETTINGS_PATH

_METADATA_PATH = SETTINGS_PATH.replace("/data/", "/metadata/")


@dataclass(frozen=True)
class Version:
    """One version; `at` is when it was written, by OpenBao's clock, as RFC 3339. Number 0: nothing was ever set."""

    number: int = 0
    values: Values = field(default_factory=dict)
    by: str = ""
    why: str = ""
    at: str = ""


class Versions:
    """The versions, for an operator."""

    def __init__(self, bao: OpenBao, table: Table) -> None:
        self._bao, self._table = bao, table

    def newest(self) -> Version:
        """The one in force."""
        try:
            return _version(self._bao.read(SETTINGS_PATH))
        except LookupError:
            return Version()

    def number(self, number: int) -> Version:
        """An earlier one; Refused when there is none, or none any more."""
        answer = self._bao.read_with(SETTINGS_PATH, version=number) if number > 0 else None
        if answer is None:
            raise Refused(f"there is no version {number} of the settings")
        return _version(answer)

    def history(self, most: int) -> Iterator[Version]:
        """The newest ones, the newest first."""
        try:
            known = self._bao.read(_METADATA_PATH)["versions"]
        except LookupError:
            return
        for number in sorted(map(int, known), reverse=True)[:most]:
            yield self.number(number)

    def change(
        self, changes: Mapping[tuple[str, str], str | None], *, by: str, why: str, after: int | None = None
    ) -> Version:
        """Sets (name, reader or "all") to what a text says, or takes it away (None); gives the version it made.

        Refused, with name and bounds, for what the table does not allow; errors.Aborted when another operator was
        first: when the newest version is not `after`, or no longer the one that was read.
        """
        before = self.newest()
        values: dict[str, dict[str, Value]] = {name: dict(found) for name, found in before.values.items()}
        for (name, reader), text in changes.items():
            setting = self._table.named(name)
            if text is None:
                values.get(name, {}).pop(reader, None)
            else:
                values.setdefault(name, {})[reader] = setting.read(text)
        kept = {name: found for name, found in values.items() if found}
        return self._write(kept, by=by, why=why, after=before.number if after is None else after)

    def roll_back(self, number: int, *, by: str, why: str) -> Version:
        """Writes the values of an earlier version again, as the next one; errors as of `change`."""
        newest, earlier = self.newest(), self.number(number)
        return self._write(earlier.values, by=by, why=f"back to version {number}: {why}", after=newest.number)

    def _write(self, values: Values, *, by: str, why: str, after: int) -> Version:
        if not why.strip():
            raise Refused("say why: it is kept with the version")
        data = {"values": self._table.checked(values), "by": by, "why": why}
        try:
            made = self._bao.write(SETTINGS_PATH, data=data, options={"cas": after})
        except ValueError as error:
            if "check-and-set" not in str(error):
                raise
            raise errors.Aborted(
                "another operator has just changed the settings: look at them, and try again"
            ) from None
        return Version(int(made["version"]), values, by, why, str(made["created_time"]))


def _version(answer: Mapping[str, Any]) -> Version:
    data, metadata = answer["data"], answer["metadata"]
    return Version(int(metadata["version"]), data["values"], data["by"], data["why"], str(metadata["created_time"]))


def shown(values: Values) -> str:
    """The values in one line, such as `log_level[kyc]=DEBUG`."""
    pairs = sorted((name, reader, value) for name, found in values.items() for reader, value in found.items())
    return " ".join(
        f"{name}={value}" if reader == ALL else f"{name}[{reader}]={value}" for name, reader, value in pairs
    )
