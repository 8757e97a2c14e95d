"""Who is who in the cluster's control plane: its authorities, certificates, kubeconfigs, the key of its tokens.

The identities of workloads are the mesh's, whose authority istiod is.
"""

import base64
import datetime as dt
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.runtime.secrets import private_files
from stack.cluster import place
from stack.layout import Layout

NODE_NAME = "one"
_LIFE = dt.timedelta(days=365)
_SERVER, _CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
_API = "kubernetes.default.svc"


@dataclass(frozen=True)
class _Leaf:
    """A certificate: whom it names, by which authority, whether a server shows it, and under which names."""

    common_name: str
    group: str = ""
    authority: str = "ca"
    names: tuple[str, ...] = ()

    @property
    def usage(self) -> x509.ObjectIdentifier:
        return _SERVER if self.names else _CLIENT


AUTHORITIES = ("ca", "front-proxy-ca")
LEAVES = {
    "apiserver": _Leaf("kube-apiserver", names=(
        place.NODE, place.FIRST_SERVICE, "127.0.0.1", "localhost", "kubernetes", "kubernetes.default", _API,
        f"{_API}.{place.DOMAIN}",
    )),
    "kubelet-server": _Leaf(f"system:node:{NODE_NAME}", "system:nodes", names=(place.NODE, NODE_NAME)),
    "metrics-server": _Leaf("metrics-server", names=("metrics-server.kube-system.svc",)),
    "apiserver-kubelet-client": _Leaf("apiserver-kubelet", "system:masters"),
    "front-proxy-client": _Leaf("front-proxy-client", authority="front-proxy-ca"),
    "admin": _Leaf("admin", "system:masters"),
    "controller-manager": _Leaf("system:kube-controller-manager"),
    "scheduler": _Leaf("system:kube-scheduler"),
    "proxy": _Leaf("system:kube-proxy"),
    "kubelet": _Leaf(f"system:node:{NODE_NAME}", "system:nodes"),
    "metrics": _Leaf("system:metrics-server"),
}  # fmt: skip
SIGN_IN = ("admin", "controller-manager", "scheduler", "proxy", "kubelet", "metrics")


def ensure(layout: Layout) -> None:
    """Makes all of it, unless it is there."""
    folder = place.folder(layout) / "pki"
    if (folder / "sa.pub").exists():
        return
    signers = {name: _authority(folder, name) for name in AUTHORITIES}
    for name, leaf in LEAVES.items():
        _issue(folder, name, leaf, *signers[leaf.authority])
    for name in SIGN_IN:
        _kubeconfig(folder, name)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _write(folder / "sa.key", _private(key))
    _write(folder / "sa.pub", key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ))  # fmt: skip


def tokens_key(layout: Layout) -> str:
    """The public key (PEM) by which tokens of service accounts are signed."""
    return (place.folder(layout) / "pki" / "sa.pub").read_text()


def public(layout: Layout, host: str) -> tuple[bytes, bytes]:
    """Certificate and key (PEM) of the platform's public name, made anew, by the cluster's authority."""
    folder = place.folder(layout) / "pki"
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    made = _issue(folder, "public", _Leaf(host, names=(host,)), key, _certificate(folder / "ca.crt"))
    return made.public_bytes(serialization.Encoding.PEM), (folder / "public.key").read_bytes()


def _authority(folder: Path, name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        _dated(subject, subject, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _keep(folder, name, key, made)
    return key, made


def _issue(
    folder: Path, name: str, leaf: _Leaf, signer: ec.EllipticCurvePrivateKey, authority: x509.Certificate
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    group = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, leaf.group)] if leaf.group else []
    subject = x509.Name([*group, x509.NameAttribute(NameOID.COMMON_NAME, leaf.common_name)])
    builder = (
        _dated(subject, authority.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([leaf.usage]), critical=False)
    )
    if leaf.names:
        builder = builder.add_extension(x509.SubjectAlternativeName(_names(leaf.names)), critical=False)
    made = builder.sign(signer, hashes.SHA256())
    _keep(folder, name, key, made)
    return made


def _names(names: Iterable[str]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ipaddress.ip_address(name)) if name.replace(".", "").isdecimal() else x509.DNSName(name)
        for name in names
    ]


def _dated(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + _LIFE)
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _kubeconfig(folder: Path, name: str) -> None:
    def text(file: str) -> str:
        return base64.b64encode((folder / file).read_bytes()).decode()

    cluster = {"server": f"https://{place.NODE}:{place.API_PORT}", "certificate-authority-data": text("ca.crt")}
    user = {"client-certificate-data": text(f"{name}.crt"), "client-key-data": text(f"{name}.key")}
    made = {
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "here", "cluster": cluster}], "users": [{"name": name, "user": user}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": name}}],
    }  # fmt: skip
    _write(folder / f"{name}.conf", yaml.safe_dump(made).encode())


def _keep(folder: Path, name: str, key: ec.EllipticCurvePrivateKey, made: x509.Certificate) -> None:
    _write(folder / f"{name}.key", _private(key))
    _write(folder / f"{name}.crt", made.public_bytes(serialization.Encoding.PEM), 0o644)


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    private_files.replace(path, data, mode)
