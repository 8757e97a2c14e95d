"""Tariffs in words, in the languages of the documents."""

from decimal import Decimal

from services.lending.rules import LateFee
from services.papers import formats
from services.papers.forms import common


def late_fee(tariff: LateFee | None, currency: str, language: str) -> str:
    """What a late instalment costs, as a sentence."""
    words = common(language)
    if tariff is None:
        return words["no_late_fee"]

    def money(amount: Decimal) -> str:
        return formats.isolated(formats.money(amount, currency, language), language)

    parts = []
    if tariff.flat:
        parts.append(money(tariff.flat))
    if tariff.percent_of_overdue:
        share = formats.isolated(formats.percent(tariff.percent_of_overdue, language), language)
        parts.append(words["late_percent"].format(percent=share))
    most = "" if tariff.cap is None else words["late_most"].format(cap=money(tariff.cap))
    late = words["late_after"].format(days=tariff.grace_days) if tariff.grace_days else words["late_at_once"]
    both = words["late_two"].format(first=parts[0], second=parts[-1]) if len(parts) == 2 else "".join(parts)
    return words["late_fee_text"].format(late=late, parts=both or words["late_none"], most=most)
