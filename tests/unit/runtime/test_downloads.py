"""The name of a file in a header: ASCII whatever the name, and the name again when it is read as RFC 8187 says."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.files.downloads import disposition

HEADER = re.compile(r"""attachment; filename="([^"\\]*)"(?:; filename\*=UTF-8''([A-Za-z0-9%._~-]*))?""")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("passport.pdf", 'attachment; filename="passport.pdf"'),
        ("my file (1).pdf", 'attachment; filename="my file (1).pdf"'),
        ("na\u00efve.pdf", "attachment; filename=\"na_ve.pdf\"; filename*=UTF-8''na%C3%AFve.pdf"),
        ('a".html', "attachment; filename=\"a_.html\"; filename*=UTF-8''a%22.html"),
        ("a\r\nset-cookie: x", "attachment; filename=\"aset-cookie_ x\"; filename*=UTF-8''aset-cookie%3A%20x"),
        ("", 'attachment; filename="file"'),
    ],
)
def test_says_the_name(name: str, header: str) -> None:
    assert disposition(name) == header


@given(st.text(max_size=40))
def test_any_name_comes_out_as_it_went_in(name: str) -> None:
    found = HEADER.fullmatch(disposition(name))
    assert found
    shown = unquote(found[2]) if found[2] is not None else found[1]
    assert shown == ("".join(each for each in name if each.isprintable()).strip() or "file")
