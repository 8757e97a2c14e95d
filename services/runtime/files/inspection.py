"""What an accepted file may not be whatever a virus scanner says: active, two formats in one, or a bomb when unpacked.

The file is kept in a temporary one while it passes, for its structure is read from its end. FILE_UNSAFE names what is
wrong with it; FILE_TYPE_REFUSED is a file that its own format's reader cannot read, since what nothing can read cannot
be judged.
"""

import mmap
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from PIL import Image, UnidentifiedImageError

from services.runtime.errors import InvalidArgument
from services.runtime.files.pdf_structure import Unreadable, Unsafe, check_pdf

# What may be in memory of a file while it passes.
_MEMORY_BYTES = 1024 * 1024
# The most that a picture may be once unpacked: a page of A3 at 600 dpi has 70 million pixels, a long scan 300 pages.
MAX_PIXELS = 200_000_000
MAX_FRAMES = 300
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
_PDF = "application/pdf"
# Where browsers look for the type of what they are given.
_SNIFFED_BYTES = 1024
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?php)[\s>/]", re.IGNORECASE)
# Archives and programs that are found by these bytes wherever they are in a file; ZIP is found from its end.
_ARCHIVES = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|MSCF\x00\x00\x00\x00|!<arch>\n")
_PDF_HEADER = b"%PDF-"

# Pillow warns beyond this many, and refuses beyond twice as many.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def inspected(chunks: Iterable[bytes], content_type: str) -> Iterator[bytes]:
    """Passes the chunks of a file of this type on; InvalidArgument after the last of them when it is refused."""
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES) as held:
        for chunk in chunks:
            held.write(chunk)
            yield chunk
        held.rollover()
        held.flush()
        try:
            _inspect(held, content_type)
        except Unsafe as error:
            raise InvalidArgument.field("file", str(error), reason="FILE_UNSAFE") from error
        except Unreadable as error:
            raise InvalidArgument.field("file", str(error), reason="FILE_TYPE_REFUSED") from error


def _inspect(held: IO[bytes], content_type: str) -> None:
    if zipfile.is_zipfile(held):
        raise Unsafe("is an archive, too")
    with mmap.mmap(held.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _ARCHIVES.search(content):
            raise Unsafe("is an archive, too")
        held.seek(0)
        if content_type == _PDF:
            if _MARKUP.search(content, 0, _SNIFFED_BYTES):
                raise Unsafe("is a web page, too")
            check_pdf(held, content)
        else:
            if _MARKUP.search(content):
                raise Unsafe("is a web page, too")
            if content.find(_PDF_HEADER, 0, _SNIFFED_BYTES) >= 0:
                raise Unsafe("is a PDF, too")
            _check_picture(held, _FORMATS[content_type])


def _check_picture(held: IO[bytes], kind: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(held, formats=[kind]) as picture:
                # Page by page: how many there are the library counts by walking through all of them, ever more slowly.
                for number in range(MAX_FRAMES + 1):
                    try:
                        picture.seek(number)
                    except EOFError:
                        break
                    if number == MAX_FRAMES:
                        raise Unsafe(f"has more than {MAX_FRAMES} pages")
                    if picture.width * picture.height > MAX_PIXELS:
                        raise Unsafe(f"has more than {MAX_PIXELS} pixels")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unsafe(f"has more than {MAX_PIXELS} pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
        raise Unreadable("cannot be read as the picture that it is") from error
