"""The local authority: each workload's certificate says exactly its SPIFFE id, and is made anew in time."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from services import catalog
from stack import pki


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    pki.ensure(folder)
    return folder


def certificate(folder: Path, workload: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / workload / "tls.pem").read_bytes())


def test_every_service_part_and_command_has_an_identity(folder: Path) -> None:
    assert set(pki.WORKLOADS) == {*catalog.BY_NAME, "edge", "scheduler", "deploy", "operator", *pki.SERVERS}
    for workload in pki.WORKLOADS:
        names = certificate(folder, workload).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.UniformResourceIdentifier) == [pki.spiffe_id(workload)]
        assert workload in names.get_values_for_type(x509.DNSName)


def test_the_common_name_is_the_workload_and_the_spiffe_id_says_who_it_is(folder: Path) -> None:
    assert certificate(folder, "kyc").subject.rfc4514_string() == "CN=kyc"
    assert pki.spiffe_id("kyc") == "spiffe://loanflow.local/ns/loanflow/sa/kyc"


def test_leaves_are_signed_by_the_authority_and_cannot_sign(folder: Path) -> None:
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    leaf = certificate(folder, "risk")
    leaf.verify_directly_issued_by(authority)
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)


def test_keys_are_private(folder: Path) -> None:
    keys = list(folder.rglob("*.key"))
    assert len(keys) == len(pki.WORKLOADS) + 1
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}


def test_a_fresh_leaf_is_kept_and_an_old_one_replaced(tmp_path: Path) -> None:
    pki.ensure(tmp_path)
    pki.issue(tmp_path, pki.load_authority(tmp_path), "kyc", dt.timedelta(days=1))
    old, kept = certificate(tmp_path, "kyc"), certificate(tmp_path, "risk")
    pki.ensure(tmp_path)
    assert certificate(tmp_path, "kyc").serial_number != old.serial_number
    assert certificate(tmp_path, "risk").serial_number == kept.serial_number
