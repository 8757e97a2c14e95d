"""The documents that a customer gets: one design, versioned forms in every language, fonts for their scripts; pure.

A document is a form of `forms/` filled with values, in the texts of `texts/`, set by Typst as a tagged PDF/A-3 with its
data attached. The same data give the same bytes. A form, text or template that was in use is never changed: what is
to look or read otherwise gets the next version, so that every document can be made again as it was.
"""

from services.papers.documents import TEMPLATE, Document, lender_values
from services.papers.forms import LANGUAGES, Unfit, language_of
from services.papers.lender import Lender, lender_of
from services.papers.typesetting import DATA_FILE, Unprintable, typeset, unprintable

__all__ = [
    "DATA_FILE",
    "LANGUAGES",
    "TEMPLATE",
    "Document",
    "Lender",
    "Unfit",
    "Unprintable",
    "language_of",
    "lender_of",
    "lender_values",
    "typeset",
    "unprintable",
]
