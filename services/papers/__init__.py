"""The documents that a customer gets: one design, versioned templates, fonts for the scripts of the world; pure.

A document is a template of `templates/` filled with plain data, set by Typst as a tagged PDF/A-3 with its data
attached. The same data give the same bytes. A template that was in use is never changed: what is to look or read
otherwise gets the next version, so that every document can be made again as it was.
"""

from services.papers.lender import Lender, lender_of
from services.papers.typesetting import DATA_FILE, Unprintable, typeset, unprintable

__all__ = ["DATA_FILE", "Lender", "Unprintable", "lender_of", "typeset", "unprintable"]
