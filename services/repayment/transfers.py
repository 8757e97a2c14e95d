"""Which transfer of money a payment stands for, so that one transfer counts once; pure.

Amount, value date and the bank's reference identify a transfer. Without a reference two equal payments of a
day may well be two transfers: then the officer who verifies sees both, and decides by their receipts.
"""

import unicodedata
from collections.abc import Iterable

from services.repayment.payment import Payment, PaymentStatus

# What is taken back, refused or superseded no longer stands for its transfer, which may be recorded again.
_STANDING = (PaymentStatus.RECEIVED, PaymentStatus.VERIFIED)


def normalized(reference: str) -> str:
    """A reference as banks compare it: letters and digits only, whatever their case and width (NFKC)."""
    folded = unicodedata.normalize("NFKC", reference).casefold()
    return "".join(character for character in unicodedata.normalize("NFKC", folded) if character.isalnum())


def recorded_before(made: Payment, others: Iterable[Payment]) -> Payment | None:
    """The payment that waits or counts for the very same transfer; None when there is none, or no reference."""
    reference = normalized(made.reference)
    return next((each for each in _alike(made, others) if reference and normalized(each.reference) == reference), None)


def similar(payment: Payment, others: Iterable[Payment]) -> tuple[Payment, ...]:
    """The payments that may stand for the same transfer: of the same amount and day, or with the very same receipt."""
    others = tuple(others)
    alike = {each.payment_id for each in _alike(payment, others)}
    return tuple(each for each in _standing(payment, others) if each.payment_id in alike or _same_proof(each, payment))


def _alike(payment: Payment, others: Iterable[Payment]) -> Iterable[Payment]:
    same = payment.amount, payment.value_date
    return (each for each in _standing(payment, others) if (each.amount, each.value_date) == same)


def _standing(payment: Payment, others: Iterable[Payment]) -> Iterable[Payment]:
    return (each for each in others if each.payment_id != payment.payment_id and each.status in _STANDING)


def _same_proof(one: Payment, other: Payment) -> bool:
    return one.proof is not None and other.proof is not None and one.proof.sha256 == other.proof.sha256
