"""The certificate of this process, issued by the PKI engine for hours, and replaced long before it expires.

The private key is made here and never leaves. The pair lies in one folder: what serves or calls by it looks at the
time of the file, see services/runtime/calling/identity.py.
"""

import fcntl
import ipaddress
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.runtime.secrets import private_files
from services.runtime.secrets.client import OpenBao

# A certificate is replaced when this part of its time is over: half a day's outage costs no identity.
_USED = 2 / 3
_LOOPBACK = ipaddress.ip_address("127.0.0.1")


class Certificate:
    """The pair tls.pem (the leaf, then its issuers below the root) and tls.key of a folder.

    It is that of the process itself, or of the workload that is named.
    """

    def __init__(
        self, bao: OpenBao, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC), workload: str = ""
    ) -> None:
        self._bao, self._folder, self._now = bao, folder, now
        self._workload = workload or bao.settings.role

    def renew(self, *, anyway: bool = False) -> bool:
        """Has a new one issued if the present one was not issued by the engine, or is old; True if it was."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Several processes of a service share the pair, and key and certificate have to be of one of them. To lock it
        # takes no right to write: it may be another account's, such as that of an operator's command.
        lock_file, flags = self._folder / "renewal.lock", os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW
        with os.fdopen(os.open(lock_file, flags, 0o644)) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not anyway and not self._due():
                return False
            key = ec.generate_private_key(ec.SECP256R1())
            answer = self._bao.write(f"pki/sign/{self._workload}", csr=self._request(key))
            private = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            private_files.replace(self._folder / "tls.key", private)
            private_files.replace(self._folder / "tls.pem", _chain(answer["certificate"], answer["ca_chain"]))
            return True

    def _due(self) -> bool:
        file = self._folder / "tls.pem"
        if not file.exists():
            return True
        found = x509.load_pem_x509_certificates(file.read_bytes())
        begin, end = found[0].not_valid_before_utc, found[0].not_valid_after_utc
        # The first identity comes from the root itself, by a deploy step, and has no chain.
        return len(found) == 1 or self._now() >= begin + _USED * (end - begin)

    def _request(self, key: ec.EllipticCurvePrivateKey) -> str:
        settings = self._bao.settings
        names = [
            x509.UniformResourceIdentifier(f"spiffe://{settings.trust_domain}/ns/loanflow/sa/{self._workload}"),
            x509.DNSName(self._workload),
            x509.DNSName("localhost"),
            x509.IPAddress(_LOOPBACK),
        ]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self._workload)])
        request = (
            x509.CertificateSigningRequestBuilder()
            .subject_name(subject)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(key, hashes.SHA256())
        )
        return request.public_bytes(serialization.Encoding.PEM).decode()


def _chain(leaf: str, issuers: list[str]) -> bytes:
    below = [x509.load_pem_x509_certificate(each.encode()) for each in (leaf, *issuers)]
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in below if each.subject != each.issuer)
