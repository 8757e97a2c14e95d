"""What `python -m stack rotate` refuses, in words, before anything is changed."""

import stat
from pathlib import Path

import pytest

from services import catalog
from services.runtime.stores.wrapping import FileWrapping
from stack import pki, rotation, variables
from stack.layout import Layout

# Of what is no secret, or a pair of the mesh: `rotate certificate`.
NO_SECRET = (
    "authority_file", "certificate_file", "tls.key_file", "trust_file", "login_key_file", "login_jwt_file", "law_file",
    "lender_file", "root_file",
)  # fmt: skip


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(18000, tmp_path)


def test_documents_have_no_password_that_openbao_rotates(layout: Layout) -> None:
    with pytest.raises(ValueError, match="no plugin for MongoDB: rotate kv document"):
        rotation.database(layout, "document")


def secrets_of(name: str) -> set[str]:
    """The secrets that a service's settings name files of."""
    files = [each for each in variables.of_service(name) if each.path.endswith("_file")]
    return {each.secret for each in files if not each.path.endswith(NO_SECRET)}


def test_how_each_secret_is_replaced_is_known() -> None:
    known = {*rotation._OVERLAPPING, *rotation.OTHERWISE}
    there = set().union(*map(secrets_of, catalog.BY_NAME))
    assert not there - known, f"stack/rotation.py: say how {sorted(there - known)} are replaced"
    assert not known - there - {"mongo-password"}, f"stack/rotation.py: no service has {sorted(known - there)}"
    assert not rotation._OVERLAPPING.keys() & rotation.OTHERWISE.keys()
    assert {"sealing-key", "redis-password", "audit-key"} <= there


def test_the_next_wrapping_key_wraps_and_those_before_unwrap(layout: Layout) -> None:
    file = layout.secret_file("sealing-auth")
    wrapping = FileWrapping(file)
    before = wrapping.wrap(b"key")
    for _ in range(2):
        rotation.add_line(layout, "sealing-auth")
    assert not wrapping.is_newest(before) and wrapping.is_newest(wrapping.wrap(b"key"))
    assert wrapping.unwrap(before) == b"key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_part_has_a_certificate_to_be_renewed_and_nothing_else() -> None:
    for what in ("database", "sealing-key", "anchor-key", "seal-key", "kv"):
        for name in pki.RENEWED:
            with pytest.raises(ValueError, match=f"{name} has no {what}"):
                rotation.check(what, name)
    for name in pki.RENEWED:
        rotation.check(rotation.CERTIFICATE, name)
