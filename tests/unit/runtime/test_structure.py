"""Pictures are looked at no further than is needed to refuse them."""

from io import BytesIO
from typing import Any

import pytest
from PIL import TiffImagePlugin

from services.runtime.files.pdf_structure import Unsafe
from services.runtime.files.structure import MAX_FRAMES, check_picture
from tests.fakes.files import chained


@pytest.mark.parametrize("pages", [MAX_FRAMES + 1, 10 * MAX_FRAMES])
def test_pages_beyond_the_limit_are_not_walked_through(pages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []
    seek = TiffImagePlugin.TiffImageFile._seek

    def counted(self: Any, frame: int) -> None:
        walked.append(frame)
        seek(self, frame)

    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "_seek", counted)
    with pytest.raises(Unsafe, match=f"more than {MAX_FRAMES} pages"):
        check_picture(BytesIO(chained(pages)), "TIFF")
    assert max(walked) == MAX_FRAMES
    assert len(walked) <= MAX_FRAMES + 2


def test_as_many_as_are_allowed_are_looked_at() -> None:
    check_picture(BytesIO(chained(MAX_FRAMES)), "TIFF")
