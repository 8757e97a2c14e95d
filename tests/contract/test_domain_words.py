"""The runtime knows no domain word: neither in names nor in texts, except where a word is also one of the field's."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from loanflow.options.v1 import access_pb2, caller_pb2
from services.catalog import SERVICES
from tests.contract.conftest import GEN, ROOT

RUNTIME = ROOT / "services" / "runtime"
REMEDY = "say it in the runtime's terms, take it from the contract's options, or move it into the service that it is of"

# Words of the contract that mean something else to a process; reviewed, each with what it means there.
ALSO_OF_THE_FIELD = {
    "account": "whom a token speaks for",
    "address": "host and port",
    "admin": "a client that administers the broker",
    "anonymous": "a caller without a token",
    "application": "a media type (application/json), PostgreSQL's application_name",
    "auth": "what a server asks of its clients",
    "authority": "who signs certificates",
    "case": "what may be so or otherwise; capitals and small letters",
    "client": "a caller of a server; the kind of caller is OAuth's",
    "correlation": "the id that joins the log lines of one request",
    "delivery": "of secrets to a process",
    "digest": "the hash of a text, of a file or of a key",
    "document": "a record of MongoDB",
    "event": "what is published on the bus; what a log line says",
    "freeze": "of the garbage collector, for objects that stay",
    "grant": "a right that the broker gives",
    "holder": "who holds the account of a token, of which they may have several",
    "internal": "the gRPC code INTERNAL",
    "manager": "a context manager",
    "override": "an option or a method in the place of another",
    "party": "a system outside of the platform",
    "refusal": "the no of a server or of the broker to what it was asked",
    "report": "the broker's delivery report",
    "reset": "how a variable or a connection goes back to what it was",
    "rule": "of validation, in the contract",
    "service": "a process of the mesh",
    "session": "of a database or a broker's group; the sign-in that a token is of",
    "signature": "how a virus, or a type of file, is known",
    "signing": "a certificate signing request, PKCS #10",
    "statement": "one of SQL",
    "template": "of a migration",
    "tokens": "access tokens, page tokens",
    "user": "the kind of caller that acts for itself; a database's user",
    "verification": "of a token",
    "version": "how far an aggregate is; which of a protocol, a package or a secret",
}
# Where the contract's own options are read, their names are.
OPTIONS_READ = {("serving/rpcs.py", "staff")}


def _files() -> Iterator[FileDescriptorProto]:
    names = {service.name for service in SERVICES}
    for file in FileDescriptorSet.FromString((GEN / "loanflow.binpb").read_bytes()).file:
        if file.package.split(".")[0] == "loanflow" and file.package.split(".")[1] in names:
            yield file


def domain_words() -> frozenset[str]:
    """Services, what has an id, what is kept or published, roles and kinds of callers: the nouns of the contract."""
    kinds: Any = caller_pb2.CallerKind.DESCRIPTOR.values
    found = {service.name for service in SERVICES}
    found |= {kind.GetOptions().Extensions[caller_pb2.word] for kind in kinds}
    roles: Any = access_pb2.Role.DESCRIPTOR.values
    found |= {role.name.removeprefix("ROLE_").split("_")[0].lower() for role in roles}
    for file in _files():
        fields = [field for message in file.message_type for field in message.field]
        texts = [field.name for field in fields if field.type == FieldDescriptorProto.TYPE_STRING]
        found |= {name.removesuffix("_id").split("_")[-1] for name in texts if name.endswith("_id")}
        if not file.name.endswith(("_service.proto", "_events.proto")):
            found |= {message.name.lower() for message in file.message_type if len(_words(message.name)) == 1}
    return frozenset(found - {"", "unspecified"} - ALSO_OF_THE_FIELD.keys())


def _words(text: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)]


def named(source: str, name: str, words: frozenset[str]) -> list[str]:
    """Each domain word in a source, as file:line with what to do; singular or plural, also as a part of a name."""
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        said = {each for word in _words(line) for each in (word, word.removesuffix("s"))}
        allowed = {word for file, word in OPTIONS_READ if name.endswith(file)}
        found += [f"{name}:{number}: says {word}: {REMEDY}" for word in sorted(said & words - allowed)]
    return found


def test_it_says_none() -> None:
    words = domain_words()
    assert {"customer", "loan", "staff", "kyc", "repayment", "payment", "officer"} <= words
    paths = sorted(RUNTIME.rglob("*.py"))
    found = [each for path in paths for each in named(path.read_text(), str(path.relative_to(ROOT)), words)]
    assert not found, "\n".join(found)


def test_each_exception_is_needed() -> None:
    said = {word for path in RUNTIME.rglob("*.py") for word in _words(path.read_text())}
    unused = ALSO_OF_THE_FIELD.keys() - said
    assert not unused, f"{__file__}: the runtime says none of {sorted(unused)}: take them off the list"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("kind is CallerKind.CUSTOMER", "customer"),
        ('_SELF_NAMING = "customer_id"', "customer"),
        ("class LoanStore:", "loan"),
        ("# as staff writes them", "staff"),
        ("def overdue_repayments(): ...", "repayment"),
        ("REJECTED_BY_OFFICER = 1", "officer"),
    ],
)
def test_each_way_to_say_one_is_named(line: str, word: str) -> None:
    (found,) = named(f"\n{line}", "services/runtime/x.py", domain_words())
    assert found == f"services/runtime/x.py:2: says {word}: {REMEDY}"
