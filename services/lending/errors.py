"""The one error of loan arithmetic: it names the input at fault and the limit that was hit; it knows no transport."""

from services.runtime.errors import InvalidArgument, Violation


class LendingError(InvalidArgument):
    """An input that no loan can have, or a question that has no answer.

    Attributes: `field_name` is the input's name as the caller knows it, `message` a sentence for a person,
    `limit` the bound that was hit as text (empty where there is none). It is one of the family of typed errors, so that
    it reaches every caller with its field, its reason and, in the metadata, `limit` (the field) and `bound`.
    """

    def __init__(self, field: str, message: str, limit: str = "", *, reason: str = "IMPOSSIBLE_TERMS") -> None:
        text = f"{field}: {message}" + (f" (limit {limit})" if limit else "")
        super().__init__(
            text,
            reason=reason,
            metadata={"limit": field, "bound": limit} if limit else {},
            violations=(Violation(field, message + (f": {limit}" if limit else "")),),
        )
        self.field_name = field
        self.limit = limit

    def within(self, path: str) -> InvalidArgument:
        """The same refusal of an input that stands at `path` of a request, such as `terms`."""
        named = [Violation(f"{path}.{each.field}", each.description) for each in self.violations]
        return InvalidArgument(f"{path}.{self.message}", reason=self.reason, metadata=self.metadata, violations=named)
