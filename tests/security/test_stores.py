"""Every part with a port: no plain text, no other authority, no log-in, no wrong log-in, and no door behind it."""

import smtplib
import socket
import ssl
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import httpx
import psycopg
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from redis import Redis as RedisClient
from redis.exceptions import RedisError

from services.activation.bank import BankSettings, HttpBank
from services.runtime import errors
from services.runtime.events.avro import event_classes
from services.runtime.events.registry import Registry
from services.runtime.tls import MutualTlsSettings
from stack import pki, ports
from stack.layout import Layout
from stack.servers import bank, engines, mail, mongo, objects, redis, registry
from tests.security import strangers

HOST = "127.0.0.1"
# What is open only while services run, and whose doors other tests try.
OTHERS = {"edge", "edge admin", "edge tls", "live", "live standby"}
# Says whether the registry is up, and nothing else.
HARMLESS = {"registry management"}
# Brokers that are settled as the first one is, and run where there are three.
MORE_BROKERS = {part for part in ports.OFFSETS if part.startswith(("kafka-2", "kafka-3"))}
HTTP = b"GET /buckets/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """The certificate of another authority."""
    strangers.forged(tmp_path, "activation")
    return tmp_path / "ca.pem"


# Of profiles, which this stack does not have; tests/integration/risk/test_searching.py has a part of its own.
# Where traces go nobody listens but a test that wants them.
BESIDE = {
    "search", "search transport", "collector", "collector health", "collector figures", "logstore", "tracestore",
    "prometheus", "alertmanager", "blackbox", "node", "boards",
}  # fmt: skip


@pytest.mark.parametrize("part", sorted(set(ports.OFFSETS) - OTHERS - HARMLESS - MORE_BROKERS - BESIDE))
def test_no_port_of_a_part_answers_plain_text(layout: Layout, part: str) -> None:
    with socket.create_connection((HOST, layout.ports.of(part)), 5) as connection:
        connection.settimeout(10)
        answer = b""
        try:
            connection.sendall(HTTP)
            answer = connection.recv(4096)
        except ConnectionError:
            pass
    # An end, a TLS alert, or the refusal of a door that speaks HTTP.
    good = (b"", b"\x15\x03", b"HTTP/1.0 400", b"HTTP/1.1 404", b"HTTP/1.1 401", b"220 ")
    assert not answer or answer.startswith(good[1:]), answer


@pytest.mark.parametrize(
    "part", ["postgres", "redis", "kafka", "registry", "mongo", "s3", "bank", "mail", "providers", "timestamps"]
)
def test_another_authority_is_not_believed(layout: Layout, stranger: Path, part: str) -> None:
    trust = ssl.create_default_context(cafile=str(stranger))
    with (
        socket.create_connection((HOST, layout.ports.of(part)), 5) as plain,
        pytest.raises(ssl.SSLError, match="VERIFY"),
    ):
        _greet(plain, part)
        trust.wrap_socket(plain, server_hostname=HOST)


def _greet(plain: socket.socket, part: str) -> None:
    """What comes before the handshake, where a protocol begins in plain text."""
    plain.settimeout(10)
    if part == "postgres":
        plain.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
        assert plain.recv(1) == b"S"
    if part == "mail":
        replies = plain.makefile("rb")
        for line in (b"", b"EHLO x\r\n", b"STARTTLS\r\n"):
            plain.sendall(line)
            # A reply has as many lines as the server likes, each perhaps in a segment of its own; a space ends it.
            while (reply := replies.readline())[3:4] == b"-":
                pass
            assert reply[:1] == b"2"


@pytest.mark.parametrize("change", [{"sslmode": "disable"}, {"password": "wrong"}, {"password": ""}, {"dbname": "kyc"}])
def test_postgres_refuses(layout: Layout, change: dict[str, Any]) -> None:
    right: dict[str, Any] = {
        "host": HOST, "port": layout.ports.of("postgres"), "user": "risk", "dbname": "risk",
        "password": engines.password(layout, "risk"),
        "sslmode": "verify-full", "sslrootcert": str(layout.pki / "ca.pem"),
    }  # fmt: skip
    with psycopg.connect(**right) as connection:
        found = connection.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert found == (True, "TLSv1.3")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**(right | change), connect_timeout=5).close()


@pytest.mark.parametrize("login", [{}, {"username": "document", "password": "wrong", "authSource": "document"}])
def test_mongo_refuses(layout: Layout, login: dict[str, str]) -> None:
    with mongo.client(layout, **login) as client, pytest.raises(PyMongoError):
        client["document"].audit.find_one()
    with (
        MongoClient[dict[str, Any]](
            HOST, layout.ports.of("mongo"), directConnection=True, serverSelectionTimeoutMS=2000
        ) as plain,
        pytest.raises(PyMongoError),
    ):
        plain.admin.command("ping")


# What the log-in of the services may not do.
COMMANDS = (("CONFIG", "GET", "dir"), ("FLUSHALL",), ("ACL", "LIST"), ("DEBUG", "SLEEP", "0"), ("KEYS", "*"))


@pytest.mark.tries(4 + len(COMMANDS))
def test_redis_refuses(layout: Layout) -> None:
    port, authority = layout.ports.of("redis"), str(layout.pki / "ca.pem")
    refused: list[dict[str, Any]] = [
        {"password": layout.secret("redis")},
        {"ssl": True, "ssl_ca_certs": authority},
        {"ssl": True, "ssl_ca_certs": authority, "username": redis.USER, "password": "wrong"},
        {"ssl": True, "ssl_ca_certs": authority, "password": layout.secret("redis")},
    ]
    for options in refused:
        with RedisClient(port=port, socket_timeout=5, **options) as client, pytest.raises(RedisError):
            client.get("loanflow")
    with redis.client(layout) as client:
        assert client.get("loanflow:nothing") is None
        for command in COMMANDS:
            with pytest.raises(RedisError, match=r"permission|not allowed"):
                client.execute_command(*command)


# What lies behind the gate of S3, and what of it names or gives a file.
BEHIND = ("s3 filer", "s3 master", "s3 volume")
PAGES = ("/buckets/{bucket}/{key}", "/buckets/", "/dir/assign", "/dir/status", "/{bucket}/{key}", "/", "/ui/index.html")
METHODS = ("GET", "PUT", "POST", "DELETE")


@pytest.mark.tries(3 + len(BEHIND) * len(PAGES) * len(METHODS))
def test_s3_and_the_ports_behind_it_refuse(layout: Layout) -> None:
    s3 = objects.client(layout, objects.ADMIN)
    bucket, key = objects.bucket("document"), "security/kept"
    s3.put_object(Bucket=bucket, Key=key, Body=b"kept")
    authority = str(layout.pki / "ca.pem")
    others: list[dict[str, Any]] = [
        {"config": Config(signature_version=UNSIGNED)},
        {"aws_access_key_id": objects.access_key("document"), "aws_secret_access_key": "wrong"},
        {
            "aws_access_key_id": objects.access_key("agreement"),
            "aws_secret_access_key": layout.secret("s3-agreement"),
        },
    ]
    for options in others:
        client = boto3.client(
            "s3", endpoint_url=objects.url(layout), region_name=objects.REGION, verify=authority, **options
        )
        with pytest.raises((ClientError, BotoCoreError)):
            client.get_object(Bucket=bucket, Key=key)
    paths = [page.format(bucket=bucket, key=key) for page in PAGES]
    # The page of the master says how it is, whatever the method, and names no file.
    open_ = {("s3 master", page) for page in ("/", "/ui/index.html")}
    for part in BEHIND:
        for path in paths:
            for method in METHODS:
                answer = httpx.request(method, f"http://{HOST}:{layout.ports.of(part)}{path}", content=b"x")
                found = (part, path, method)
                assert found[:2] in open_ or answer.status_code in (400, 401, 403, 404, 405), (
                    found,
                    answer.status_code,
                )
                assert answer.text != "kept", found
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"kept"
    s3.delete_object(Bucket=bucket, Key=key)


@pytest.mark.parametrize("part", ["s3 rpc", "s3 filer rpc", "s3 master rpc", "s3 volume rpc"])
def test_the_parts_of_s3_know_each_other_by_an_authority_of_their_own(layout: Layout, part: str) -> None:
    # A certificate of the mesh, such as any service has, is none of theirs.
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    trust.load_cert_chain(layout.pki / "kyc" / "tls.pem", layout.pki / "kyc" / "tls.key")
    trust.set_alpn_protocols(["h2"])
    plain = socket.create_connection((HOST, layout.ports.of(part)), 5)
    with pytest.raises((ssl.SSLError, ConnectionError)), plain, trust.wrap_socket(plain) as connection:
        connection.settimeout(10)
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        if not connection.recv(1024):
            raise ConnectionError("closed")


@pytest.mark.tries(4)
def test_the_mail_server_takes_nothing_before_starttls_and_the_log_in(layout: Layout) -> None:
    trust = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
    steps: list[Callable[[smtplib.SMTP], Any]] = [
        lambda server: server.sendmail("a@example.org", "b@example.org", "text"),
        lambda server: server.login(mail.USER, layout.secret("smtp")),
        lambda server: (server.starttls(context=trust), server.sendmail("a@example.org", "b@example.org", "text")),
        lambda server: (server.starttls(context=trust), server.login(mail.USER, "wrong")),
    ]
    before = set(layout.mails.iterdir())
    for step in steps:
        with smtplib.SMTP(HOST, layout.ports.of("mail"), timeout=10) as server, pytest.raises(smtplib.SMTPException):
            step(server)
    assert set(layout.mails.iterdir()) == before


@pytest.mark.tries(3)
def test_the_bank_knows_its_one_client(layout: Layout) -> None:
    trust = bank.client(layout).context()
    assert trust is not None
    assert httpx.get(f"{bank.url(layout)}/health", verify=trust).json() == {"status": "UP"}
    other = bank.client(layout, "kyc").context()
    assert other is not None
    assert httpx.get(f"{bank.url(layout)}/health", verify=other).status_code == 401
    anonymous = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{bank.url(layout)}/health", verify=anonymous)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{HOST}:{layout.ports.of('bank')}/health")


def test_the_registry_is_written_by_the_deploy_step_alone(layout: Layout) -> None:
    kind = event_classes("customer")[0].DESCRIPTOR.full_name
    wrong = replace(registry.login(layout, "kyc"), password_file=layout.secret_file("registry-deploy"))
    logins = (registry.login(layout, pki.DEPLOY), registry.login(layout, "kyc"), wrong)
    with (
        closing(Registry(logins[0])) as deploy,
        closing(Registry(logins[1])) as reader,
        closing(Registry(wrong)) as liar,
    ):
        _held_to_their_roles(deploy, reader, liar, kind)
    trust = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
    for path in ("/subjects", "/config", f"/subjects/{kind}/versions"):
        assert httpx.get(registry.url(layout) + path, verify=trust).status_code == 401
    native = registry.url(layout).partition("/apis/")[0]
    for path in ("/apis/registry/v3/groups", "/apis/registry/v3/admin/rules", "/apis/registry/v3/admin/export"):
        assert httpx.get(native + path, verify=trust).status_code == 401, path
    with pytest.raises(httpx.TransportError):
        httpx.get(registry.url(layout).replace("https", "http") + "/subjects")


def _held_to_their_roles(deploy: Registry, reader: Registry, liar: Registry, kind: str) -> None:
    deploy.demand_compatibility()
    number = deploy.register(kind)
    assert reader.id_of(kind) == number
    assert reader.schema(number)
    for write in (reader.demand_compatibility, lambda: reader.register(kind)):
        with pytest.raises(errors.Unavailable, match="answers 403"):
            write()
    with pytest.raises(errors.Unavailable, match="answers 401"):
        liar.id_of(kind)


def test_a_bank_of_another_authority_gets_no_order(layout: Layout, stranger: Path) -> None:
    tls: MutualTlsSettings = replace(bank.client(layout), authority_file=stranger)
    client = HttpBank(BankSettings(bank.url(layout), tls))
    with pytest.raises(errors.Unavailable):
        client.cancel("k")
    client.close()


# What other accounts may do in a folder: pass through, and see no name in it; under test leave files there.
_LET = {
    "pki": 0o011, "law": 0o011, "logs": 0o050, "delivered": 0o011, "contract": 0o011, "clamav-socket": 0o010,
    "coverage": 0o033, "raised": 0o033,
}  # fmt: skip


def test_folders_and_secrets_are_closed_to_other_accounts(layout: Layout) -> None:
    open_: list[str] = []
    for path in layout.state.iterdir():
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_dir() and mode & ~_LET.get(path.name, 0) & 0o077:
            open_.append(f"{path.name} {mode:o}")
    for folder in ("secrets", "pki"):
        for path in (layout.state / folder).rglob("*"):
            private = folder == "secrets" or path.suffix == ".key"
            if path.is_file() and private and stat.S_IMODE(path.stat().st_mode) & 0o077:
                open_.append(str(path))
    assert not open_, f"{open_}: make it by Layout.folder, or write it by write_private"
