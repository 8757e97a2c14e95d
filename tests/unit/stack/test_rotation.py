"""What `python -m stack rotate` refuses, in words, before anything is changed."""

from pathlib import Path

import pytest

from stack import pki, rotation
from stack.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(18000, tmp_path)


def test_documents_have_no_password_that_openbao_rotates(layout: Layout) -> None:
    with pytest.raises(ValueError, match="no plugin for MongoDB: rotate kv document"):
        rotation.database(layout, "document")


def test_a_secret_that_its_part_takes_at_its_start_alone_is_not_replaced_under_way(layout: Layout) -> None:
    with pytest.raises(ValueError, match="restart both"):
        rotation.static(layout, "risk")


def test_a_part_has_a_certificate_to_be_renewed_and_nothing_else() -> None:
    for what in ("database", "sealing-key", "anchor-key", "kv"):
        for name in pki.RENEWED:
            with pytest.raises(ValueError, match=f"{name} has no {what}"):
                rotation.check(what, name)
    for name in pki.RENEWED:
        rotation.check(rotation.CERTIFICATE, name)
