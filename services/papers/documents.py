"""A document: a form in a language, filled with values, from a lender; as a PDF."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.papers.formats import Value, isolated
from services.papers.forms import common, filled
from services.papers.lender import Lender, lender_of
from services.papers.typesetting import typeset

TEMPLATE = "document-v1"


@dataclass(frozen=True)
class Document:
    """What is printed: `reference` says in the footer what it is about, such as `Loan 123`.

    `machine` is what programs read in it beside its values, in the attached data.json.
    """

    form: str
    reference: str
    made: date
    values: Mapping[str, Value]
    language: str = "en"
    lender: Lender = field(default_factory=lender_of)
    machine: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """All that is printed, by which it can be made again as it was; forms.Unfit for a value that is missing."""
        return {
            **self.machine,
            **filled(self.form, self.language, {"reference": self.reference, "made": self.made, **self.values}),
            "reference": self.reference,
            "date": self.made.isoformat(),
            "lender": self.lender.printed,
        }

    def pdf(self, attached: Mapping[str, bytes] | None = None) -> bytes:
        """The PDF, which carries `attached` by name; Unprintable where a text cannot be shown as it is."""
        return typeset(TEMPLATE, self.data(), attached)


def lender_values(lender: Lender, language: str) -> dict[str, Value]:
    """The lender as a party of a document."""
    supervised = common(language)["supervised"].format(supervisor=isolated(lender.supervisor, language))
    return {
        "lender_name": lender.legal_name,
        "lender_address": lender.address,
        "lender_notes": (lender.register, supervised),
    }
