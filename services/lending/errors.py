"""The one error of loan arithmetic: it names the input at fault and the limit that was hit, and knows nothing of transports."""


class LendingError(Exception):
    """An input that no loan can have, or a question that has no answer.

    Attributes: `field` is the input's name as the caller knows it, `message` a sentence for a person, `limit` the bound
    that was hit as text (empty where there is none).
    """

    def __init__(self, field: str, message: str, limit: str = "") -> None:
        super().__init__(f"{field}: {message}" + (f" (limit {limit})" if limit else ""))
        self.field = field
        self.message = message
        self.limit = limit
