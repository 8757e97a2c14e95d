"""What services seal papers with, in OpenBao: a key of the transit engine, and an authority that certifies it.

The engine `papers` is an authority for nothing else: not of the mesh, and under no root of it. In its place stands, in
production, whoever the lender has its seal certified by. Its list of revoked certificates is read without signing in.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from services import catalog
from services.papers import lender_of
from services.papers.seal_keys import seal_key
from stack.layout import Layout, write_private
from stack.servers import openbao, timestamps

MOUNT, ROLE = "papers", "seal"
_AUTHORITY_LIFE, _LIFE, _LIST_LIFE = "87600h", timedelta(days=1095), "168h"
# A certificate is made anew when less than this is left of it.
_MARGIN = timedelta(days=90)
_NAMES = {"common_name": "LoanFlow papers (stand-in)", "key_type": "ec", "key_bits": 256, "ttl": _AUTHORITY_LIFE}


def services() -> tuple[str, ...]:
    """Those that seal papers."""
    return tuple(name for name in catalog.BY_NAME if openbao.seals(name))


def settle(layout: Layout, admin: Any) -> None:
    """Makes the authority, and for each service that seals the key and a certificate of its newest version."""
    _mount(layout, admin)
    for name in services():
        _certify(layout, admin, name)


def rotate(layout: Layout, admin: Any, service: str) -> None:
    """A new version of the key, and its certificate; papers that earlier versions sealed verify as before."""
    openbao.rotate(layout, seal_key(service))
    _certify(layout, admin, service)


def chain_secret(service: str) -> str:
    """The name of the file with the certificates of a service's key, the leaf first."""
    return f"seal-chain-{service}"


def settings(layout: Layout) -> dict[str, str]:
    """The values of the settings of services that seal, by path."""
    authority = str(layout.pki / "ca.pem")
    return {
        "seal_long_term": "true",
        "seal_trust_file": authority,
        "timestamp.url": timestamps.url(layout),
        "timestamp.root_file": str(timestamps.root(layout)),
        "timestamp.trust_file": authority,
    }


def _mount(layout: Layout, admin: Any) -> None:
    mounted = admin.sys.list_mounted_secrets_engines()["data"]
    if f"{MOUNT}/" not in mounted:
        admin.sys.enable_secrets_engine("pki", MOUNT, config={"max_lease_ttl": _AUTHORITY_LIFE})
    if not _root(admin):
        admin.adapter.post(f"/v1/{MOUNT}/root/generate/internal", json=_NAMES)
    where = {"crl_distribution_points": [f"{openbao.url(layout)}/v1/{MOUNT}/crl"]}
    admin.adapter.post(f"/v1/{MOUNT}/config/urls", json=where)
    # A list ends before it is made anew where nothing is revoked, unless that is asked for.
    made_anew = {"expiry": _LIST_LIFE, "auto_rebuild": True, "auto_rebuild_grace_period": "72h"}
    admin.adapter.post(f"/v1/{MOUNT}/config/crl", json=made_anew)
    admin.adapter.post(f"/v1/{MOUNT}/roles/{ROLE}", json=certificate_role())


def certificate_role() -> dict[str, object]:
    """What a certificate of a seal may say: any name, and that its key signs documents, nothing else."""
    return {
        "allow_any_name": True, "enforce_hostnames": False, "key_type": "ec", "key_bits": 256,
        "key_usage": ["DigitalSignature", "ContentCommitment"], "server_flag": False, "client_flag": False,
        "organization": [lender_of().legal_name], "use_csr_common_name": False, "use_csr_sans": False,
        "ttl": f"{_LIFE // timedelta(hours=1)}h", "max_ttl": f"{_LIFE // timedelta(hours=1)}h",
        "not_before_duration": "5m", "no_store": False,
    }  # fmt: skip


def _certify(layout: Layout, admin: Any, service: str) -> None:
    """Has the authority certify the newest version of the service's key, unless it has."""
    name, file = seal_key(service), layout.state / "secrets" / chain_secret(service)
    found = admin.adapter.get(f"/v1/transit/keys/{name}")["data"]
    version = str(found["latest_version"])
    if file.exists() and _is_good(file.read_bytes(), found["keys"][version]["public_key"], _root(admin)):
        return
    request = admin.adapter.post(f"/v1/transit/keys/{name}/csr", json={"version": int(version)})["data"]["csr"]
    asked = {"csr": request, "common_name": lender_of().legal_name, "exclude_cn_from_sans": True}
    issued = admin.adapter.post(f"/v1/{MOUNT}/sign/{ROLE}", json=asked)["data"]
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(file, "".join(f"{each.strip()}\n" for each in (issued["certificate"], issued["issuing_ca"])))


def _root(admin: Any) -> str:
    """The certificate of the authority in PEM; empty before it has one."""
    found = admin.adapter.get(f"/v1/{MOUNT}/ca/pem", raise_exception=False)
    return str(getattr(found, "text", "")) if getattr(found, "status_code", 0) == 200 else ""


def _is_good(chain: bytes, public: str, root: str) -> bool:
    """Whether a chain is of this key, by this authority, and for a while."""
    leaf, above = x509.load_pem_x509_certificates(chain)[0], x509.load_pem_x509_certificate(root.encode())
    try:
        leaf.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    of_key = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    same = leaf.public_key().public_bytes(*of_key) == load_pem_public_key(public.encode()).public_bytes(*of_key)
    return same and leaf.not_valid_after_utc - datetime.now(UTC) > _MARGIN
