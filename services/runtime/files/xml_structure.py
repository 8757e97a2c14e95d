"""What an XML file may not be: one that declares its own entities, that asks for a program, or that no parser can read.

A document type is all it takes to have a parser read other files or multiply a text beyond any memory, so none is
taken, whatever it says. Only UTF-8 is: what is looked for here is then found by its bytes.
"""

import re
from mmap import mmap

from lxml import etree

from services.runtime.files.pdf_structure import Unreadable, Unsafe

_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)")
_INSTRUCTS = re.compile(rb"<\?(?!xml[\s?])")
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]*)")
_UTF_8 = {b"utf-8", b"utf8"}
_CHUNK_BYTES = 256 * 1024


def check_xml(content: mmap) -> None:
    """Raises Unsafe or Unreadable."""
    if _DECLARES.search(content):
        raise Unsafe("declares a document type")
    if _INSTRUCTS.search(content):
        raise Unsafe("has an instruction for a program")
    said = _ENCODING.match(content)
    if said is not None and said[1].lower() not in _UTF_8:
        raise Unreadable("must be in UTF-8")
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for start in range(0, len(content), _CHUNK_BYTES):
            parser.feed(content[start : start + _CHUNK_BYTES])
            _drop(parser)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable("cannot be read as XML") from error


def _drop(parser: etree.XMLPullParser) -> None:
    """Forgets what was read: a file may be larger than its tree may be."""
    for _, element in parser.read_events():
        element.clear()
