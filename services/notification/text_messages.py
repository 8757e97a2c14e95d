"""What a text message says, and how many of them it takes; pure.

Characters of the GSM alphabet take seven bits (3GPP TS 23.038, 6.2.1), those of its extension twice that; with any
other character the whole is in UCS-2. A message has 140 bytes, of which joined ones need six for their order.
"""

from bisect import bisect_right

from services.notification.model import Text

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
_SEVEN_BITS, _UCS2 = (160, 153), (70, 67)


def said(sender: str, text: Text) -> str:
    """What a text message of a notice says; it has no room for more of the lender than the name."""
    return f"{sender}: {text.line}"


def is_seven_bits(message: str) -> bool:
    """Whether all of its characters are of the GSM alphabet."""
    return set(message) <= ALPHABET | EXTENSION


def within(message: str, most: int) -> str:
    """As much of it, from its beginning, as so many joined text messages hold."""
    lengths = range(len(message) + 1)
    return message[: bisect_right(lengths, most, key=lambda length: segments(message[:length])) - 1]


def segments(message: str) -> int:
    """How many text messages are joined for it; none of them ends within a character."""
    if is_seven_bits(message):
        lengths, (alone, joined) = [1 + (each in EXTENSION) for each in message], _SEVEN_BITS
    else:
        lengths, (alone, joined) = [len(each.encode("utf-16-be")) // 2 for each in message], _UCS2
    if sum(lengths) <= alone:
        return 1
    count, left = 1, joined
    for length in lengths:
        if length > left:
            count, left = count + 1, joined
        left -= length
    return count
