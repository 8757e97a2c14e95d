"""Where two names are cut into parts at other places: the parts of both joined, or cut, so that they can be paired."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise, permutations

from rapidfuzz.distance import OSA

from services.kyc.names import PARTICLES, Name, folded, joined

# From which likeness on what is joined is taken for the same; shorter texts are too often alike by chance.
_SURE = 0.85
_SHORTEST = 4
# Names with more parts have these joined in their order alone, those with more still as a whole.
_FEW_PARTS = 5
_MANY_PARTS = 12


@dataclass(frozen=True)
class _Piece:
    """Parts of a name, by their places, and what they make when they are written as one word, folded."""

    places: tuple[int, ...]
    text: str


def fitted(one: Name, other: Name) -> tuple[Name, Name]:
    """Two names with the same cuts, folded: `gri gor mal khovets`, `grigor malkhovets` both become `grigor malhovets`.

    Parts stay as they are where nothing fits, but for particles (al) that no part of the other name needs: where two
    parts were found, they are none of the name. Where all of one name is found in the other, which has more besides
    (`grigormalhovets`, `grigor aleksandrovich malhovets`), it is cut as the other is; elsewhere parts are joined.
    """
    chosen = _chosen(one, other)
    ours, theirs = ({place for pair in chosen for place in pair[side].places} for side in (0, 1))
    left, right = (list(_loose(parts, used, len(chosen) > 1)) for parts, used in ((one, ours), (other, theirs)))
    is_whole, is_other_whole = not left, not right
    for piece, fits in chosen:
        if is_whole and not is_other_whole:
            like = [folded(other[place]) for place in fits.places]
            left += _cut(piece.text, like)
            right += like
        elif is_other_whole and not is_whole:
            like = [folded(one[place]) for place in piece.places]
            left += like
            right += _cut(fits.text, like)
        else:
            left.append(piece.text)
            right.append(fits.text)
    return tuple(left), tuple(right)


def _loose(parts: Name, used: set[int], is_named: bool) -> Iterator[str]:
    """The parts that are left over, folded; without particles where enough of the name was found."""
    loose = (part for place, part in enumerate(parts) if place not in used)
    return (folded(part) for part in loose if not (is_named and len(part) > 1 and part in PARTICLES))


def _chosen(one: Name, other: Name) -> list[tuple[_Piece, _Piece]]:
    """Pieces of both that are the same, none used twice: of fewest slips, single parts, and the longest first."""
    theirs, found = _pieces(other), []
    for piece in _pieces(one):
        for fits in theirs:
            size, other_size = len(piece.text), len(fits.text)
            fewest, longest = min(len(piece.places), len(fits.places)), max(size, other_size)
            if min(size, other_size) < _SHORTEST * (len(piece.places) + len(fits.places) > 2):
                continue
            if min(size, other_size) < longest * _SURE or (fewest > 1 and not (_is_run(piece) or _is_run(fits))):
                continue
            most = int(longest * (1 - _SURE))
            slips = OSA.distance(piece.text, fits.text, score_cutoff=most)
            if slips <= most:
                found.append((slips, fewest > 1, -longest, piece.places, fits.places, piece, fits))
    chosen, used, other_used = [], set[int](), set[int]()
    for *_, piece, fits in sorted(found, key=lambda each: each[:5]):
        if used.isdisjoint(piece.places) and other_used.isdisjoint(fits.places):
            used.update(piece.places)
            other_used.update(fits.places)
            chosen.append((piece, fits))
    return chosen


def _is_run(piece: _Piece) -> bool:
    return all(second == first + 1 for first, second in pairwise(piece.places))


@lru_cache(maxsize=1024)
def _pieces(parts: Name) -> tuple[_Piece, ...]:
    """Each part, adjacent ones joined, and in short names others, too: what stood between them may be missing."""
    count = len(parts)
    if count > _MANY_PARTS:
        return (_Piece(tuple(range(count)), folded(joined(parts))),)
    chosen = {(start, *range(start + 1, end)) for start in range(count) for end in range(start + 1, count + 1)}
    if count <= _FEW_PARTS:
        chosen.update(permutations(range(count), 2))
        chosen.update(places for size in range(3, count) for places in combinations(range(count), size))
    return tuple(_Piece(places, folded(joined(parts[place] for place in places))) for places in sorted(chosen))


def _cut(text: str, like: list[str]) -> list[str]:
    """A text in as many pieces, each as long as that part; the last takes the rest."""
    pieces, start = [], 0
    for part in like[:-1]:
        pieces.append(text[start : start + len(part)])
        start += len(part)
    return [piece for piece in (*pieces, text[start:]) if piece]
