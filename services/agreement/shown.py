"""Whether a provider gave back what was shown: each page of ours is in the signed file, with every word in its order.

A provider writes on a document: its own number at the edge of each page, the signatures where they belong. It may store
the pages anew, too, so the bytes are not those of before, and no provider gives a hash of them. So words are compared:
those of each page have to be on the same page of the signed file, in the same order, whole; what stands between them
is the provider's. The bytes of what was shown are attached to the lender's own file of the signature, with their hash.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import accumulate, pairwise
from unicodedata import category

# What groups the digits of a figure, 15\u202f000,00: every white space but those that a typesetter parts words with.
_GROUPS = re.compile(r"(?<=\d)[^\S\x00-\x20](?=\d)")
# What has no width (Cf of Unicode) shows nothing: directions, joiners and hyphens that are not there.
_UNSEEN = "Cf"
# What goes on over a space: a figure's groups; before a word of ours also a sign, or what is parted at a line's end.
_GROUPED = re.compile(r"(?<![\d.,\u066b\u066c])\d{1,3} \d{3}(?!\d)")
_LED = re.compile(rf"{_GROUPED.pattern}|[-\u2212] \d|[^\W_][-\u2010] [^\W_]")


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
        return [_words(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return []


def _words(text: str) -> list[str]:
    """A figure is one word, however its digits are grouped."""
    seen = "".join(each for each in text if category(each) != _UNSEEN)
    return _GROUPS.sub("", seen).split()


def _is_within(words: Sequence[str], there: Sequence[str]) -> bool:
    """Whether all words are there in their order, whatever stands between them, and however it is spaced.

    None counts that is but a part of another there: 1,000 of 91,000, 360 of -360, or secured of unsecured. So nothing
    but a space, or another of ours, is next to one of ours; which marks make another word of it nobody could list.
    """
    text = "".join(there)
    joints = dict(zip(accumulate(map(len, there)), map(" ".join, pairwise([*there, ""])), strict=True)) | {0: ""}
    # The places up to which the words so far can be found: of those that are whole the first, and of those that are
    # only if the next one follows without a space all.
    whole, followed = 0, {0}
    for word in words:
        ends = [
            at + len(word) for at in _places(text, word, whole, followed) if at in followed or _parts(joints, at, _LED)
        ]
        if not ends:
            return False
        whole, followed = next((end for end in ends if _parts(joints, end, _GROUPED)), len(text) + 1), set(ends)
    return whole <= len(text)


def _places(text: str, word: str, whole: int, followed: Iterable[int]) -> Iterator[int]:
    """Where a word is in a text: directly after the one before it, or anywhere from a place on."""
    yield from (at for at in sorted(followed) if at < whole and text.startswith(word, at))
    at = whole - 1
    while (at := text.find(word, at + 1)) >= 0:
        yield at


def _parts(joints: Mapping[int, str], at: int, goes_on: re.Pattern[str]) -> bool:
    """Whether a place in a text parts two words, of which it has those at each space, the one before it and after."""
    return at in joints and not goes_on.search(joints[at])
