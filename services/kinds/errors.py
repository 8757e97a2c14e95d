"""The one error of kinds."""


class NotOfKind(ValueError):
    """The text is no such thing; `description` goes on after the field's name, `reason` is empty for the usual one."""

    def __init__(self, description: str, reason: str = "") -> None:
        super().__init__(description)
        self.description = description
        self.reason = reason
