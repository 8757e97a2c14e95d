"""Whose certificates the issuer of tokens may have."""

from pathlib import Path
from typing import Any

from services.runtime.serving.settings import ServerSettings


def test_a_private_authority_counts_once_it_is_there(tmp_path: Path) -> None:
    def settings(**given: Any) -> ServerSettings:
        return ServerSettings("kyc", 1, 2, "https://loanflow.example", **given)

    assert settings().jwks_authority is None
    assert settings(jwks_authority_folder=tmp_path).jwks_authority is None
    private = tmp_path / "ca.pem"
    private.write_text("a certificate")
    assert settings(jwks_authority_folder=tmp_path).jwks_authority == private
    named = tmp_path / "named.pem"
    assert settings(jwks_authority_file=named, jwks_authority_folder=tmp_path).jwks_authority == named
