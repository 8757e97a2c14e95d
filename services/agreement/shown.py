"""Whether a provider gave back what was shown: each page of ours is in the signed file, with every word in its order.

A provider writes on a document: its own number at the edge of each page, the signatures where they belong. It may store
the pages anew, too, so the bytes are not those of before, and no provider gives a hash of them. So words are compared:
those of each page have to be on the same page of the signed file, in the same order, whole; what stands between them
is the provider's. The bytes of what was shown are attached to the lender's own file of the signature, with their hash.
"""

import re
from collections.abc import Container, Iterator, Sequence
from io import BytesIO
from itertools import accumulate, zip_longest

# Letters or digits on both sides of a place, or a digit and a mark within a figure, such as 1,000.00, in Arabic too.
_GOES_ON = re.compile(r"[^\W_]\0[^\W_]|\d[.,\u066b\u066c]\0\d|\d\0[.,\u066b\u066c]\d")


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
    """Whether all words are there in their order, whatever stands between them, and however it is spaced.

    None counts that is but a part of another there: 1,000 of 91,000, or secured of unsecured. Where two of ours are set
    without a space between them there, neither is a part of the other.
    """
    text, edges, at = "".join(there), {0, *accumulate(map(len, there))}, 0
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        for begin in _places(text, word, at):
            end = begin + len(word)
            is_followed = following and text.startswith(following, end)
            if (begin == at or not _goes_on(text, edges, begin)) and (is_followed or not _goes_on(text, edges, end)):
                break
        else:
            return False
        at = end
    return True


def _places(text: str, word: str, at: int) -> Iterator[int]:
    """Where a word is in a text from a place on."""
    while (at := text.find(word, at)) >= 0:
        yield at
        at += 1


def _goes_on(text: str, edges: Container[int], at: int) -> bool:
    """Whether a word goes on at a place within a text, or a figure, of which the text has the edges of all words."""
    if at in edges:
        return False
    begin, end = at - 1 if at - 1 in edges else at - 2, at + 1 if at + 1 in edges else at + 2
    return _GOES_ON.search(f"{text[begin:at]}\0{text[at:end]}") is not None
