"""The errors that the comment of an RPC lists, such as `- FAILED_PRECONDITION CODE_WRONG, CODE_EXPIRED: ...`."""

import re
from collections.abc import Iterator

from proto.plugins.contract import Contract, Place

ERROR = re.compile(r"(?:^|\s)- ([A-Z_]{3,})((?:,? [A-Z_]{3,})*): ")


def listed(contract: Contract, place: Place) -> Iterator[tuple[str, list[str]]]:
    """Each gRPC code with its reasons; a code without a reason is its own."""
    for code, reasons in ERROR.findall(contract.comment(place)):
        yield code, reasons.replace(",", " ").split() or [code]
