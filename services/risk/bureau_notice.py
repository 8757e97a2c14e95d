"""What a customer is told of a credit bureau whose report counted against them; pure."""

from services.risk.bureau_record import BureauRecord, BureauSource

# How many there are of a kind, of one and of several.
_COUNTED = (
    ("delinquent_count", "{} account is 30 days overdue or more", "{} accounts are 30 days overdue or more"),
    ("written_off_count", "{} account was written off", "{} accounts were written off"),
    ("collection_count", "{} debt is in collection", "{} debts are in collection"),
    ("insolvency_count", "{} bankruptcy is on record", "{} bankruptcies are on record"),
)


def statements(source: BureauSource) -> tuple[str, ...]:
    """Whose report it is, that the agency did not decide, and the rights to it: 15 U.S.C. 1681m(a)(3) and (4)."""
    return (
        f"The decision rests in whole or in part on a report of {source.agency}, {source.reached_at}.",
        f"{source.agency} did not take the decision, and cannot say why it was taken.",
        "You may have a free copy of the report from it within 60 days, and dispute with it what is inaccurate or "
        "incomplete.",
    )


def adverse_words(record: BureauRecord) -> str:
    """What of a record is adverse, in a sentence; empty where nothing is."""
    found = ((getattr(record, name), one, several) for name, one, several in _COUNTED)
    parts = [(one if count == 1 else several).format(count) for count, one, several in found if count]
    return f"A credit bureau reports: {', '.join(parts)}." if parts else ""
