"""What a process is delivered of a real OpenBao: static secrets, a certificate; how it signs in, when it may not."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from services.runtime import errors
from services.runtime.calling.identity import Identity
from services.runtime.secrets.certificates import Certificate
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.delivery import Delivery
from services.runtime.secrets.settings import OpenBaoSettings
from stack import pki
from stack.servers import engines
from tests.integration.runtime.bao import Bao

SPIFFE = "spiffe://loanflow.local/ns/loanflow/sa/kyc"


def delivered(bao: Bao, folder: Path, service: str = "kyc") -> Delivery:
    """The delivery of a service's static secrets into a folder."""
    return Delivery(bao.client(service, delivers=("kv",), secrets_folder=folder))


def test_static_secrets_are_delivered_and_each_new_version_again(bao: Bao, tmp_path: Path) -> None:
    engines.keep_static(bao.admin, "kyc", {"smtp-password": "one", "s3-secret-key": "same"})
    delivery = delivered(bao, tmp_path)
    assert sorted(delivery.refresh()) == ["s3-secret-key", "smtp-password"]
    assert (tmp_path / "smtp-password").read_text() == "one"
    assert (tmp_path / "smtp-password").stat().st_mode & 0o777 == 0o600
    assert delivery.refresh() == [], "files were written anew for a version that was delivered before"
    before = engines.static(bao.admin, "kyc")[1]
    assert engines.keep_static(bao.admin, "kyc", {"smtp-password": "one", "s3-secret-key": "same"}) == before
    assert engines.keep_static(bao.admin, "kyc", {"smtp-password": "two", "s3-secret-key": "same"}) == before + 1
    assert delivery.refresh() == ["smtp-password"]
    assert (tmp_path / "smtp-password").read_text() == "two"


def test_no_name_of_a_secret_leads_out_of_its_folder(bao: Bao, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    engines.keep_static(bao.admin, "risk", {"../outside": "x"})
    delivered(bao, inside, "risk").refresh()
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]
    assert [path.name for path in inside.iterdir()] == ["outside"]


def test_a_lost_token_is_replaced_by_the_next_question(bao: Bao) -> None:
    kyc = bao.client("kyc")
    kyc.read("transit/keys/kyc")
    lost = kyc._client.token
    bao.admin.adapter.post("/v1/auth/token/revoke", json={"token": lost})
    assert kyc.read("transit/keys/kyc")["latest_version"] >= 1
    assert kyc._client.token != lost


def test_a_token_is_replaced_before_its_time_is_over(bao: Bao) -> None:
    kyc = bao.client("kyc")
    kyc.read("transit/keys/kyc")
    first = kyc._client.token
    kyc.read("transit/keys/kyc")
    assert kyc._client.token == first
    assert 0 < kyc._replace_at - time.monotonic() < 3600
    kyc._replace_at = time.monotonic()
    kyc.read("transit/keys/kyc")
    assert kyc._client.token != first


def test_an_answer_that_does_not_come_is_waited_for_so_often_and_so_long(bao: Bao) -> None:
    asked = [0]

    def question(_client: Any) -> None:
        asked[0] += 1
        raise requests.ConnectionError("away")

    with pytest.raises(errors.Unavailable, match="does not answer"):
        bao.client("kyc").ask(question)
    assert asked[0] == 3


def test_what_is_not_there_and_what_is_refused_differ(bao: Bao) -> None:
    kyc = bao.client("kyc")
    with pytest.raises(ValueError, match="refuses"):
        kyc.write("transit/decrypt/kyc", ciphertext="nothing that was wrapped")
    bao.admin.sys.create_or_update_policy("empty", json.dumps({"path": {"kv/data/empty": {"capabilities": ["read"]}}}))
    bao.admin.adapter.post(
        "/v1/auth/cert/certs/empty",
        json={"certificate": (bao.layout.pki / "ca.pem").read_text(), "allowed_uri_sans": [SPIFFE],
              "token_policies": ["empty"]},
    )  # fmt: skip
    with pytest.raises(LookupError):
        bao.client("kyc", role="empty").read("kv/data/empty")


def test_a_service_signs_in_by_the_token_of_its_service_account(bao: Bao, tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256", {"kid": "cluster"}, auto_kid=False)
    admin = bao.admin
    admin.sys.enable_auth_method("jwt")
    public = key.as_pem(private=False).decode()
    admin.adapter.post("/v1/auth/jwt/config", json={"jwt_validation_pubkeys": [public], "bound_issuer": "cluster"})
    admin.adapter.post("/v1/auth/jwt/role/kyc", json=engines.service_account_role("kyc"))

    def projected(subject: str) -> OpenBao:
        now = int(time.time())
        claims = {"iss": "cluster", "sub": subject, "aud": "openbao", "iat": now, "nbf": now, "exp": now + 60}
        file = tmp_path / "token"
        file.write_text(jwt.encode({"alg": "ES256", "kid": "cluster"}, claims, key, algorithms=["ES256"]))
        settings = bao.settings("kyc")
        return OpenBao(OpenBaoSettings(settings.url, "kyc", settings.authority_file, login_jwt_file=file))

    assert projected("system:serviceaccount:loanflow:kyc").read("transit/keys/kyc")["latest_version"] >= 1
    with pytest.raises(errors.Unavailable, match="identity"):
        projected("system:serviceaccount:loanflow:risk").read("transit/keys/kyc")


def test_a_certificate_is_issued_for_hours_and_replaced_when_two_thirds_are_over(bao: Bao, tmp_path: Path) -> None:
    at = [datetime.now(UTC)]
    certificate = Certificate(bao.client("kyc"), tmp_path / "kyc", lambda: at[0])
    assert certificate.renew()
    chain = (tmp_path / "kyc" / "tls.pem").read_bytes()
    leaf, issuer = x509.load_pem_x509_certificates(chain)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [SPIFFE]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(hours=5)
    assert pki.is_issued_under(pki.load_authority(bao.layout.pki), chain, timedelta(hours=1))
    assert issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    # The key is this process's own, and was never sent.
    key = serialization.load_pem_private_key((tmp_path / "kyc" / "tls.key").read_bytes(), None)
    assert key.public_key() == leaf.public_key()
    assert not certificate.renew()
    at[0] += timedelta(hours=2)
    assert not certificate.renew()
    at[0] += timedelta(hours=1)
    assert certificate.renew()
    assert Identity("kyc", tmp_path).certificate_file.read_bytes() != chain


def test_the_first_identity_is_replaced_at_once_and_signs_in_until_then(bao: Bao, tmp_path: Path) -> None:
    pki.issue(tmp_path, pki.load_authority(bao.layout.pki), "risk")
    files: dict[str, Any] = {
        "login_certificate_file": tmp_path / "risk" / "tls.pem",
        "login_key_file": tmp_path / "risk" / "tls.key",
    }
    risk = bao.client("risk", delivers=("certificate",), certificate_folder=tmp_path / "risk", **files)
    assert Delivery(risk).refresh() == ["tls.pem"]
    # By the certificate that the engine issued it signs in as well.
    again = bao.client("risk", **files)
    assert again.read("transit/keys/risk")["latest_version"] >= 1


@pytest.mark.parametrize("name", ["spiffe://loanflow.local/ns/loanflow/sa/risk", "spiffe://other/ns/loanflow/sa/kyc"])
def test_no_certificate_under_another_name(bao: Bao, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kyc")]))
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = request.public_bytes(serialization.Encoding.PEM).decode()
    with pytest.raises(ValueError, match="refuses"):
        bao.client("kyc").write("pki/sign/kyc", csr=text)
    with pytest.raises(errors.Unavailable):
        bao.client("kyc").write("pki/sign/risk", csr=text)


MISSING: list[Callable[[], OpenBaoSettings]] = [
    lambda: OpenBaoSettings("http://bao", "kyc", Path("ca"), login_jwt_file=Path("jwt")),
    lambda: OpenBaoSettings("https://bao", "kyc", Path("ca")),
    lambda: OpenBaoSettings("https://bao", "kyc", Path("ca"), login_jwt_file=Path("jwt"), delivers=("kv",)),
    lambda: OpenBaoSettings("https://bao", "kyc", Path("ca"), login_jwt_file=Path("jwt"), delivers=("certificate",)),
    lambda: OpenBaoSettings("https://bao", "kyc", Path("ca"), login_jwt_file=Path("jwt"), delivers=("all",)),
]


@pytest.mark.parametrize("incomplete", MISSING)
def test_settings_that_do_not_hold_together_are_a_start_error(incomplete: Callable[[], OpenBaoSettings]) -> None:
    with pytest.raises(ValueError, match=r"https|login|folder|delivers"):
        incomplete()
