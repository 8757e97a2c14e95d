"""Where people are reached: e-mail addresses and phone numbers, each by a kept library."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.kinds.errors import NotOfKind
from services.kinds.texts import spaced

# The library also reads letters, extensions and links.
_PHONE = re.compile(r"\+[0-9 ()./\-]{5,40}")


def email(text: str) -> str:
    """An address that mail can reach, its domain as A-labels in small letters.

    The local part stays as it is written: mail servers may distinguish its case; accounts do not, and fold it.
    It is ASCII: few mail servers take more (SMTPUTF8), and an address that ours refuses gets nothing.
    Domains of documentation (`example`) pass as RFC 6761 says, those of tests by the library's `test_environment`.
    """
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except EmailNotValidError as error:
        raise NotOfKind(f"must be an e-mail address: {error}") from None
    return f"{found.ascii_local_part}@{str(found.ascii_domain).lower()}"


def phone(text: str) -> str:
    """A number of its country's numbering plan, in E.164."""
    written = spaced(text).strip(" ")
    if not _PHONE.fullmatch(written):
        raise NotOfKind("must be a phone number with + and country code, such as +4915112345678")
    try:
        number = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        raise NotOfKind("must be a phone number: no country has this code") from None
    if not phonenumbers.is_valid_number(number):
        raise NotOfKind("must be a phone number: its country has no such numbers")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
