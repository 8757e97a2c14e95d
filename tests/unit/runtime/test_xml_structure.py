"""XML that is uploaded: neither declares anything nor asks for a program, is UTF-8, and can be read to its end."""

from pathlib import Path

import pytest

from services.runtime.errors import InvalidArgument
from services.runtime.files import inspection
from services.runtime.files.inspection import inspected
from services.runtime.files.structure import judged
from services.runtime.files.turns import Turns
from services.runtime.files.verdict import Verdict

XML = "application/xml"
SOUND = b'<?xml version="1.0" encoding="UTF-8"?>\n<a xmlns="urn:a"><b c="d">e &amp; f</b></a>\n'
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]><a>&c;</a>'


def verdict(content: bytes, folder: Path) -> Verdict:
    file = folder / "a.xml"
    file.write_bytes(content)
    with file.open("rb") as opened:
        return judged(opened, XML)


@pytest.mark.parametrize("content", [SOUND, b"\xef\xbb\xbf" + SOUND, SOUND.replace(b' encoding="UTF-8"', b"")])
def test_what_is_sound_passes(content: bytes, tmp_path: Path) -> None:
    assert verdict(content, tmp_path) == Verdict()


@pytest.mark.parametrize(
    "content, unsafe",
    [
        (BOMB, "declares a document type"),
        (SOUND.replace(b"<a", b'<!DOCTYPE a SYSTEM "http://a/"><a', 1), "declares a document type"),
        (SOUND.replace(b"\n<a", b'\n<?xml-stylesheet href="a"?><a', 1), "has an instruction for a program"),
        (SOUND.replace(b"e &amp; f", b"<script>1</script>"), "is a web page, too"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'></svg>", "is a web page, too"),
        (SOUND + b"%PDF-1.7", "is a PDF, too"),
    ],
)
def test_what_acts_or_is_two_things_is_unsafe(content: bytes, unsafe: str, tmp_path: Path) -> None:
    assert verdict(content, tmp_path) == Verdict(unsafe=unsafe)


@pytest.mark.parametrize(
    "content, unreadable",
    [
        (SOUND.replace(b"UTF-8", b"ISO-8859-1"), "must be in UTF-8"),
        (SOUND[:-8], "cannot be read as XML"),
        (SOUND.replace(b"&amp;", b"&other;"), "cannot be read as XML"),
        (SOUND.replace(b"e &amp; f", b"\xff"), "cannot be read as XML"),
        (b"<?xml version='1.0'?>" + b"<a>" * 5000 + b"</a>" * 5000, "cannot be read as XML"),
    ],
)
def test_what_no_parser_reads_is_unreadable(content: bytes, unreadable: str, tmp_path: Path) -> None:
    assert verdict(content, tmp_path) == Verdict(unreadable=unreadable)


def test_it_is_read_by_the_process_that_reads_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_turns", Turns())
    assert b"".join(inspected([SOUND], XML, "ada")) == SOUND
    with pytest.raises(InvalidArgument) as refused:
        list(inspected([BOMB], XML, "ada"))
    assert refused.value.reason == "FILE_UNSAFE"
