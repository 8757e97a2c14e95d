"""What a mail says, made of its text and of whom it is for; pure."""

from services.notification.model import Text
from services.notification.ports import Party


def greeted(party: Party, text: Text) -> str:
    """The text of a mail with its greeting."""
    greeting = f"Dear {party.full_name}," if party.full_name else "Hello,"
    return f"{greeting}\n\n{text.body}\n\nYours,\nLoanFlow\n"
