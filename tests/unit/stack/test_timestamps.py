"""The stand-in for a timestamp authority: RFC 3161 as others read it, and refusals as it has them."""

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from stack.servers.timestamp_api import LIST, LIST_PATH, QUERY, REPLY, Refusal, TimestampAuthority

DIGEST = hashlib.sha256(b"a paper").digest()


@cache
def authority() -> TimestampAuthority:
    return TimestampAuthority.made("https://localhost:1")


def question(digest: bytes = DIGEST, algorithm: str = "sha256", **more: Any) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest}
    asked = {"version": "v1", "message_imprint": imprint, "nonce": 7, "cert_req": True, **more}
    return bytes(tsp.TimeStampReq(asked).dump())


def answer(body: bytes) -> bytes:
    reply = authority().answer("POST", "/", QUERY, body)
    assert (reply.status, reply.content_type) == (200, REPLY)
    return reply.body


def test_a_token_says_when_of_what_and_answers_the_question() -> None:
    found = tsp.TimeStampResp.load(answer(question()))
    assert found["status"]["status"].native == "granted"
    info = found["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST and info["nonce"].native == 7
    assert abs(info["gen_time"].native - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "body, why",
    [
        (b"", "bad_data_format"),
        (b"no question", "bad_data_format"),
        (question() + b"\0", "bad_data_format"),
        (question(DIGEST[:-1]), "bad_data_format"),
        (question(hashlib.md5(b"").digest(), "md5"), "bad_alg"),
        (question(req_policy="1.2.3"), "unaccepted_policy"),
    ],
)
def test_a_question_that_it_does_not_answer_is_refused(body: bytes, why: str) -> None:
    found = Refusal.load(answer(body), strict=True)["status"]
    assert (found["status"].native, found["fail_info"].native) == ("rejection", {why})


def test_it_serves_nothing_else() -> None:
    for method, path, kind, status in [
        ("POST", "/", "text/plain", 415),
        ("GET", "/", "", 404),
        ("POST", "/x", QUERY, 404),
    ]:
        assert authority().answer(method, path, kind, question()).status == status


def test_its_list_is_its_roots_and_its_certificate_names_it() -> None:
    reply = authority().answer("GET", LIST_PATH, "", b"")
    assert reply.content_type == LIST
    found, root = x509.load_der_x509_crl(reply.body), authority().certificate
    assert found.is_signature_valid(root.public_key())  # type: ignore[arg-type]
    leaf = x509.load_pem_x509_certificate(authority().leaf.encode())
    leaf.verify_directly_issued_by(root)
    (point,) = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None and point.full_name[0].value == "https://localhost:1/revoked.crl"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")
def test_openssl_verifies_a_token(tmp_path: Path) -> None:
    names = ("paper", "question", "reply", "root.pem")
    paper, asked, reply, root = (tmp_path / name for name in names)
    paper.write_bytes(b"a paper")
    root.write_bytes(authority().certificate.public_bytes(Encoding.PEM))

    def openssl(*words: object) -> str:
        done = subprocess.run(["openssl", "ts", *map(str, words)], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    openssl("-query", "-data", paper, "-sha256", "-cert", "-out", asked)
    reply.write_bytes(authority().answer("POST", "/", QUERY, asked.read_bytes()).body)
    assert "Verification: OK" in openssl("-verify", "-queryfile", asked, "-in", reply, "-CAfile", root)
    paper.write_bytes(b"another")
    assert "Verification: FAILED" in openssl("-verify", "-data", paper, "-in", reply, "-CAfile", root)
