"""Passkeys: what a browser is asked for, and whether its answer is true (WebAuthn Level 2, by py_webauthn)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, exceptions, structs

from services.auth.second_factors import Passkey

_NONCE_BYTES = 32
# What a forged answer raises: py_webauthn's own, those of parts that are no base64, CBOR or text, and unknown keys.
_FORGED = (exceptions.WebAuthnException, ValueError, KeyError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True)
class Passkeys:
    """The relying party: `rp_id` is the host name that keys are bound to, `origin` the only page that may ask."""

    rp_id: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "Passkeys":
        """That of the edge as the outside sees it."""
        url = urlsplit(public_url)
        return cls(url.hostname or "", f"{url.scheme}://{url.netloc}")

    def creation_options(self, nonce: str, account_id: str, email: str, known: Sequence[Passkey]) -> str:
        """The options for a new passkey, as JSON; an authenticator that has one of the known makes no other."""
        return webauthn.options_to_json(
            webauthn.generate_registration_options(
                rp_id=self.rp_id, rp_name=self.rp_id, user_name=email, user_id=account_id.encode(),
                challenge=base64url_to_bytes(nonce), exclude_credentials=_descriptors(known),
                authenticator_selection=structs.AuthenticatorSelectionCriteria(
                    user_verification=structs.UserVerificationRequirement.PREFERRED
                ),
            )
        )  # fmt: skip

    def request_options(self, nonce: str, known: Sequence[Passkey]) -> str:
        """The options for an assertion by one of the known passkeys, as JSON; empty without one."""
        if not known:
            return ""
        return webauthn.options_to_json(
            webauthn.generate_authentication_options(
                rp_id=self.rp_id, challenge=base64url_to_bytes(nonce), allow_credentials=_descriptors(known)
            )
        )

    def registered(self, answer: str, nonce: str, at: datetime) -> Passkey | None:
        """The passkey that was made for the nonce, on this origin; None for an answer that does not prove that."""
        try:
            made = webauthn.verify_registration_response(
                credential=_parsed(answer), expected_challenge=base64url_to_bytes(nonce),
                expected_rp_id=self.rp_id, expected_origin=self.origin,
            )  # fmt: skip
        except _FORGED:
            return None
        synced = made.credential_device_type is structs.CredentialDeviceType.MULTI_DEVICE
        identity, key = map(bytes_to_base64url, (made.credential_id, made.credential_public_key))
        return Passkey(identity, key, made.sign_count, synced, at)

    def asserted(self, answer: str, nonce: str, known: Sequence[Passkey]) -> tuple[Passkey, int] | None:
        """Which of the known signed the nonce on this origin, and its counter; None when none did.

        A counter that did not go on is that of a copy, and proves nothing.
        """
        try:
            credential = _parsed(answer)
            used = next(each for each in known if each.credential_id == credential["id"])
            proved = webauthn.verify_authentication_response(
                credential=credential, expected_challenge=base64url_to_bytes(nonce),
                expected_rp_id=self.rp_id, expected_origin=self.origin,
                credential_public_key=base64url_to_bytes(used.public_key),
                credential_current_sign_count=used.sign_count,
            )  # fmt: skip
        except (*_FORGED, StopIteration):
            return None
        return used, proved.new_sign_count


def nonce_of(drawn: bytes) -> str:
    """A nonce in base64url."""
    return bytes_to_base64url(drawn[:_NONCE_BYTES])


def _descriptors(known: Sequence[Passkey]) -> list[structs.PublicKeyCredentialDescriptor]:
    return [structs.PublicKeyCredentialDescriptor(base64url_to_bytes(each.credential_id)) for each in known]


def _parsed(answer: str) -> dict[str, Any]:
    """The answer's JSON; ValueError for what is no object."""
    try:
        read = json.loads(answer)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read
