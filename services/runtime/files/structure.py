"""The structure of an uploaded file, read as its own format has it: active, two formats in one, or a bomb.

usage: python -m services.runtime.files.structure CONTENT_TYPE < FILE

What is wrong with the file, if anything, is written as a Verdict in JSON; it ends with 0 whatever that is. Readers of
formats take what time and memory a file asks them for, so this is a process of its own, which inspection.py starts and
which the system ends at its limits. It is given no secret.
"""

import mmap
import os
import re
import resource
import sys
import warnings
import zipfile
from typing import IO

from PIL import Image, UnidentifiedImageError

from services.runtime.files.pdf_structure import Unreadable, Unsafe, check_pdf
from services.runtime.files.verdict import EXCESSIVE, Verdict
from services.runtime.files.xml_structure import check_xml

# A file of many pages takes three seconds on a slow core and 200 MB, of which the interpreter has 35.
_CPU_SECONDS = 6
_MEMORY_BYTES = 1024 * 1024 * 1024
_NICENESS = 5
# Nothing that is read here makes files.
_LIMITS = {
    resource.RLIMIT_CPU: _CPU_SECONDS,
    resource.RLIMIT_AS: _MEMORY_BYTES,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}
# The most that a picture may be once unpacked: a page of A3 at 600 dpi has 70 million pixels, a long scan 300 pages.
MAX_PIXELS = 200_000_000
MAX_FRAMES = 300
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
_PDF, _XML = "application/pdf", "application/xml"
# Where browsers look for the type of what they are given.
_SNIFFED_BYTES = 1024
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?php)[\s>/]", re.IGNORECASE)
# Archives and programs that are found by these bytes wherever they are in a file; ZIP is found from its end.
_ARCHIVES = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|MSCF\x00\x00\x00\x00|!<arch>\n")
_PDF_HEADER = b"%PDF-"

# Pillow warns beyond this many, and refuses beyond twice as many.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def main(content_type: str) -> None:
    """Writes the verdict on the standard input, within the limits, and after those who answer calls."""
    os.nice(_NICENESS)
    for limit, value in _LIMITS.items():
        resource.setrlimit(limit, (value, value))
    sys.stdout.write(judged(sys.stdin.buffer, content_type).written())


def judged(file: IO[bytes], content_type: str) -> Verdict:
    """The verdict on a file of this type."""
    try:
        _check(file, content_type)
    except Unsafe as error:
        return Verdict(unsafe=str(error))
    except Unreadable as error:
        return Verdict(unreadable=str(error))
    except MemoryError:
        return EXCESSIVE
    return Verdict()


def _check(file: IO[bytes], content_type: str) -> None:
    if zipfile.is_zipfile(file):
        raise Unsafe("is an archive, too")
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _ARCHIVES.search(content):
            raise Unsafe("is an archive, too")
        file.seek(0)
        if content_type == _PDF:
            if _MARKUP.search(content, 0, _SNIFFED_BYTES):
                raise Unsafe("is a web page, too")
            check_pdf(file, content)
        else:
            if _MARKUP.search(content):
                raise Unsafe("is a web page, too")
            if content.find(_PDF_HEADER, 0, _SNIFFED_BYTES) >= 0:
                raise Unsafe("is a PDF, too")
            if content_type == _XML:
                check_xml(content)
            else:
                check_picture(file, _FORMATS[content_type])


def check_picture(file: IO[bytes], kind: str) -> None:
    """Raises Unsafe or Unreadable; `kind` is the name that Pillow has for the format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[kind]) as picture:
                _check_frames(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unsafe(f"has more than {MAX_PIXELS} pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
        raise Unreadable("cannot be read as the picture that it is") from error


def _check_frames(picture: Image.Image) -> None:
    """Page by page: how many there are the library counts by walking through all of them, ever more slowly."""
    for number in range(MAX_FRAMES + 1):
        try:
            picture.seek(number)
        except EOFError:
            return
        if number == MAX_FRAMES:
            raise Unsafe(f"has more than {MAX_FRAMES} pages")
        if picture.width * picture.height > MAX_PIXELS:
            raise Unsafe(f"has more than {MAX_PIXELS} pixels")


if __name__ == "__main__":
    main(*sys.argv[1:])
