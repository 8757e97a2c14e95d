"""What operators do to the events of a service: audited in its own trail, as whatever changes its state.

An act is written before it is done, in a transaction of its own; what is done by it bears being done twice.
"""

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.runtime import errors
from services.runtime.ids import new_id
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.ports import Store

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}", re.ASCII)
# Where it is said who the operator is, when it is not the account that runs the command.
VARIABLE = "LOANFLOW_OPERATOR"


def operator() -> str:
    """Who runs the command, by $LOANFLOW_OPERATOR or the account; errors.InvalidArgument for what is no name."""
    name = os.environ.get(VARIABLE) or getpass.getuser()
    if not _NAME.fullmatch(name):
        raise errors.InvalidArgument(f"{VARIABLE} is no name")
    return name


@dataclass(frozen=True)
class Acts:
    """Writes audit rows for `operator`, into the trail of the service whose store it is."""

    store: Store
    operator: str

    def write(
        self,
        what: str,
        kind: str,
        thing: str,
        after: Mapping[str, object],
        *,
        before: Mapping[str, object] | None = None,
        why: str = "",
        version: int = 1,
        correlation_id: str = "",
    ) -> None:
        """One act `what` on a `thing` of this `kind`, such as "letters.replay", in the open transaction or its own."""
        row = AuditRow(
            actor=f"operator:{self.operator}",
            method=what,
            aggregate_type=kind,
            aggregate_id=thing,
            version=version,
            before=before,
            after=after,
            why=why,
            correlation_id=correlation_id or new_id(),
        )
        with self.store.transaction():
            self.store.audit.append([row])
