"""What auditors see of a text that is sealed, whichever way: that it is."""

import uuid
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from services.runtime.stores.encryption import FieldCipher, may_be_sealed, new_secret

_CIPHER = FieldCipher.of_secret(new_secret())


@given(st.text(min_size=1))
def test_whatever_was_encrypted_is_seen_to_be(text: str) -> None:
    assert may_be_sealed(_CIPHER.encrypt(text))


def test_what_services_keep_in_clear_is_not_taken_for_sealed() -> None:
    plain = ["", "SUBMITTED", str(uuid.uuid4()), sha256(b"").hexdigest(), "2026-11-28T20:47:25.000001+00:00", "12.50"]
    plain += ["application/pdf", "/loanflow.kyc.v1.KycService/Decide", "/".join(["a"] * 60), "a sentence " * 9]
    assert [each for each in plain if may_be_sealed(each)] == []
