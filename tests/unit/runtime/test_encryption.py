"""What is sealed, who can open it, and how it is found."""

from pathlib import Path

import pytest

from services.runtime.stores import encryption
from services.runtime.stores.encryption import FieldCipher


@pytest.fixture
def cipher() -> FieldCipher:
    return FieldCipher.of_secret(encryption.new_secret())


def test_what_was_sealed_opens_again_and_looks_different_every_time(cipher: FieldCipher) -> None:
    first, second = cipher.encrypt("Anna Müller"), cipher.encrypt("Anna Müller")
    assert first != second
    assert "Anna" not in first
    assert cipher.decrypt(first) == cipher.decrypt(second) == "Anna Müller"


def test_another_key_and_a_changed_seal_are_refused(cipher: FieldCipher) -> None:
    sealed = cipher.encrypt_bytes(b"Anna")
    with pytest.raises(ValueError, match="another key"):
        FieldCipher.of_secret(encryption.new_secret()).decrypt_bytes(sealed)
    with pytest.raises(ValueError, match="was changed"):
        cipher.decrypt_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_an_index_finds_the_same_text_under_the_same_key_only(cipher: FieldCipher) -> None:
    assert cipher.index("anna") == cipher.index("anna") != cipher.index("ben")
    assert FieldCipher.of_secret(encryption.new_secret()).index("anna") != cipher.index("anna")


def test_the_key_is_the_files_text_and_not_too_short(tmp_path: Path) -> None:
    secret, file = encryption.new_secret(), tmp_path / "key"
    file.write_text(f"{secret}\n")
    assert FieldCipher(file).decrypt(FieldCipher.of_secret(secret).encrypt("Anna")) == "Anna"
    file.write_text("short")
    with pytest.raises(ValueError, match="characters"):
        FieldCipher(file)
