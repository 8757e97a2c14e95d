"""What a customer is told of a credit bureau whose report counted against them; pure."""

from services.papers.formats import Value
from services.papers.forms import sentence
from services.risk.bureau_record import BureauRecord, BureauSource

FORM, ENGLISH = "adverse-v5", "en"
# How many there are of a kind, of one and of several.
_COUNTED = (
    ("delinquent_count", "{} account is 30 days overdue or more", "{} accounts are 30 days overdue or more"),
    ("written_off_count", "{} account was written off", "{} accounts were written off"),
    ("collection_count", "{} debt is in collection", "{} debts are in collection"),
    ("insolvency_count", "{} bankruptcy is on record", "{} bankruptcies are on record"),
)


def statements(source: BureauSource, language: str = ENGLISH) -> tuple[str, ...]:
    """Whose report it is, that the agency did not decide, and the rights to it: 15 U.S.C. 1681m(a)(3) and (4)."""
    named: dict[str, Value] = {"agency": source.agency}
    return (
        sentence(FORM, language, "bureau_rests", {**named, "place": source.reached_at}),
        sentence(FORM, language, "bureau_not_decided", named),
        sentence(FORM, language, "bureau_copy", {}),
    )


def adverse_words(record: BureauRecord) -> str:
    """What of a record is adverse, in a sentence; empty where nothing is."""
    found = ((getattr(record, name), one, several) for name, one, several in _COUNTED)
    parts = [(one if count == 1 else several).format(count) for count, one, several in found if count]
    return f"A credit bureau reports: {', '.join(parts)}." if parts else ""
