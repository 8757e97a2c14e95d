"""The discussion service as an approval sees it, in memory."""

from services.runtime.errors import FailedPrecondition


class FakeDiscussions:
    """services.approval.ports.Discussions: everybody accepted the terms of one hash; none while it is empty."""

    def __init__(self, terms_hash: str) -> None:
        self.terms_hash = terms_hash

    def accepted_terms(self, application_id: str) -> str:
        if not self.terms_hash:
            raise FailedPrecondition.wrong_status("discussion", "OFFER_SENT", ["ACCEPTED"])
        return self.terms_hash
