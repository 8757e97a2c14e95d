"""What the use cases need of other services."""

from typing import Protocol


class Applications(Protocol):
    """The application service, as far as an approval needs it."""

    def check_ongoing(self, application_id: str, decider_id: str) -> None:
        """FailedPrecondition WRONG_STATUS when it has ended, also while the event of the end is still on its way.

        PermissionDenied MAKER_CHECKER when the member of staff of `decider_id` is bound by the loan.
        """
        ...


class Discussions(Protocol):
    """The discussion service, as far as an approval needs it."""

    def accepted_terms(self, application_id: str) -> str:
        """The hash of the terms that the customer accepted. FailedPrecondition WRONG_STATUS when there are none."""
        ...
