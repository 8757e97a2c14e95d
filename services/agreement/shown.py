"""Whether a provider gave back what was shown: each page of ours is in the signed file, with every word in its order.

A provider writes on a document: its own number at the edge of each page, the signatures where they belong. It may store
the pages anew, too, so the bytes are not those of before, and no provider gives a hash of them. So words are compared:
those of each page have to be on the same page of the signed file, in the same order; what stands between them is the
provider's. The bytes of what was shown are attached to the lender's own file of the signature, with their hash.
"""

from collections.abc import Sequence
from io import BytesIO


class NotAsShown(Exception):
    """What came back signed is not what was shown; the text says what of that it lacks."""


def missing(shown: bytes, signed: bytes) -> str:
    """What of a file is not in the signed one, as `page 3`; empty when all of it is, `file` when it cannot be read."""
    ours, theirs = pages(shown), pages(signed)
    if not ours or not theirs:
        return "file"
    for number, words in enumerate(ours, 1):
        if number > len(theirs) or not _is_within(words, theirs[number - 1]):
            return f"page {number}"
    return ""


def pages(pdf: bytes) -> list[list[str]]:
    """The words of each page of a PDF in their order; no page of what cannot be read."""
    # Its tables of glyphs are large, and a replica that nothing is signed at needs none of them.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return [page.extract_text().split() for page in PdfReader(BytesIO(pdf)).pages]
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return []


def _is_within(words: Sequence[str], there: Sequence[str]) -> bool:
    """Whether all words are there in their order, whatever stands between them, and however it is spaced."""
    text, at = "".join(there), 0
    for word in words:
        found = text.find(word, at)
        if found < 0:
            return False
        at = found + len(word)
    return True
