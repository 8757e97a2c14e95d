"""XML of ISO 20022, read so that it can do nothing: no entity, no document type, nothing from outside the file; pure.

What is wrong is said with the name of the element and its line, and in words of ours: never in the file's.
"""

import re
from collections.abc import Collection
from typing import Any

from lxml import etree

from services.risk.statement_record import RefusedStatement

# A year of an account in daily use has some 3000 bookings of 2 KB.
MOST_BYTES = 16 * 1024 * 1024
MOST_ELEMENTS = 500_000
_DECLARES = re.compile("<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)")
_ENCODING = re.compile("^\ufeff?<\\?xml[^>]*?encoding\\s*=\\s*[\"']([^\"'>]*)")
_ROOT = "Document"
_NAME_CHARACTERS = 60
# An element of a parsed file; lxml has no types.
Element = Any


def parsed(content: bytes, namespaces: Collection[str]) -> Element:
    """The root of a message in one of these namespaces, with every element in the same; RefusedStatement."""
    _check_text(content)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedStatement(_ROOT, error.lineno or 1, "cannot be read as XML") from error
    if root.getroottree().docinfo.doctype:
        raise RefusedStatement(_ROOT, 1, "declares a document type")
    space, name = _split(root)
    if space not in namespaces or name != _ROOT:
        raise refused(root, f"must be {_ROOT} of {' or '.join(sorted(namespaces))}")
    for count, each in enumerate(root.iter(), 1):
        if not isinstance(each.tag, str) or _split(each)[0] != space:
            raise refused(each, "is of another namespace than the message")
        if count > MOST_ELEMENTS:
            raise refused(each, f"is one of more than {MOST_ELEMENTS} elements")
    return root


def refused(element: Element, problem: str) -> RefusedStatement:
    """What is wrong with an element."""
    name = _split(element)[1] if isinstance(element.tag, str) else _ROOT
    return RefusedStatement(name[:_NAME_CHARACTERS], int(element.sourceline or 1), problem)


def every(parent: Element, name: str) -> list[Element]:
    """The elements of that name directly below."""
    return list(parent.iterchildren(f"{{{_split(parent)[0]}}}{name}"))


def first(parent: Element, path: str) -> Element | None:
    """The element at a path of names, each of them there once; None when one is not there."""
    found = parent
    for name in path.split("/"):
        below = every(found, name)
        if len(below) > 1:
            raise refused(below[1], "is there twice")
        if not below:
            return None
        found = below[0]
    return found


def only(parent: Element, path: str) -> Element:
    """The element at a path of names, each of them there once."""
    if (found := first(parent, path)) is None:
        raise refused(parent, f"lacks {path}")
    return found


def text_of(element: Element) -> str:
    """The text of an element that has no other ones in it, its blanks single."""
    if len(element):
        raise refused(element, "must be a text")
    found = " ".join((element.text or "").split())
    if not found:
        raise refused(element, "is empty")
    return found


def text_at(parent: Element, *paths: str) -> str:
    """The text at the first of these paths that is there; empty when none is."""
    for path in paths:
        if (found := first(parent, path)) is not None:
            return text_of(found)
    return ""


def _check_text(content: bytes) -> None:
    """Refuses what is too large, is no UTF-8, or declares anything, before any parser sees it."""
    if len(content) > MOST_BYTES:
        raise RefusedStatement(_ROOT, 1, f"is larger than {MOST_BYTES} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise RefusedStatement(_ROOT, content.count(b"\n", 0, error.start) + 1, "is not in UTF-8") from error
    if (said := _ENCODING.match(text)) is not None and said[1].lower() not in ("utf-8", "utf8"):
        raise RefusedStatement(_ROOT, 1, "must be in UTF-8")
    if (found := _DECLARES.search(text)) is not None:
        raise RefusedStatement(_ROOT, text.count("\n", 0, found.start()) + 1, "declares a document type or an entity")


def _split(element: Element) -> tuple[str, str]:
    name = etree.QName(element)
    return name.namespace or "", name.localname
