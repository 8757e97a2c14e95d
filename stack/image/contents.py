"""What an image has in it, by size, and what it must not have: a shell, what installs, or more than it may weigh."""

import re
from collections import Counter
from collections.abc import Iterable

from stack.image import ImageError, inside, packages

MEGABYTE = 1_000_000
# What is stored and sent, and what a node's disk holds (docs/adr/0060).
PACKED_BUDGET = 200 * MEGABYTE
UNPACKED_BUDGET = 460 * MEGABYTE
# Shells, and what would bring in more.
_FORBIDDEN = re.compile(
    r"(usr/)?(local/)?s?bin/((ba|da|z|k|c|tc)?sh|busybox|toybox|apt(-get)?|dpkg|rpm|apk|pip[0-9.]*|perl|curl|wget|sudo)"
)
File = tuple[str, int]


def table(files: Iterable[File]) -> list[tuple[str, int]]:
    """What is in it with its bytes, the largest first: packages by their folder, all else by whose it is."""
    sizes: Counter[str] = Counter()
    for name, size in files:
        sizes[_owner(name)] += size
    return sizes.most_common()


def _owner(name: str) -> str:
    site = f"{packages.SITE}/"
    if name.startswith(site):
        top = name.removeprefix(site).partition("/")[0]
        return re.sub(r"\.libs$|-[^-]+\.dist-info$", "", top).lower()
    if name.startswith("app/"):
        return "LoanFlow"
    python = (f"{inside.STANDARD_LIBRARY}/", str(inside.PYTHON))
    return "Python and its library" if name.startswith(python) else "Debian's libraries"


def check(files: Iterable[File], packed: int) -> None:
    """Raises ImageError where the image is larger than it may be, or has a program that it must not have."""
    there = dict(files)
    for what, size, budget in (
        ("packed", packed, PACKED_BUDGET),
        ("unpacked", total(there.items()), UNPACKED_BUDGET),
    ):
        if size > budget:
            raise ImageError(
                f"the image has {megabytes(size)} {what}, and may have {megabytes(budget)}: leave something out "
                "(stack/image/left_out.txt), or raise the budget in stack/image/contents.py and say why"
            )
    if found := sorted(name for name in there if _FORBIDDEN.fullmatch(name)):
        raise ImageError(f"the image has {', '.join(found)}: an image is run, not worked in")


def total(files: Iterable[File]) -> int:
    """All bytes."""
    return sum(size for _, size in files)


def megabytes(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / MEGABYTE:.0f} MB"


def lines(files: Iterable[File], most: int = 25) -> list[str]:
    """The table for people: the largest, and all others in one line."""
    rows = table(files)
    shown = [*rows[:most], (f"{len(rows[most:])} others", sum(size for _, size in rows[most:]))]
    return [f"  {size / MEGABYTE:6.1f} MB  {name}" for name, size in shown if size]
