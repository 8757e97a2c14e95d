"""What is stored is read through the edge alone: no answer leads to a store, and no service makes an address of one."""

import ast
import re
from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from tests.contract.conftest import ROOT
from tests.contract.findings import findings
from tests.contract.protos import at
from tests.contract.test_descriptors import METHODS

ADDRESS = re.compile(r"(^|_)(url|uri|href|link|location|bucket|object_key|storage_key)s?(_|$)")
# Fields of answers that hold an address, each with what it leads to: reviewed, and none of them a store.
LEADING = {
    "loanflow.repayment.v1.Outstanding.bucket": "how many days a loan is past due",
    "loanflow.auth.v1.Client.redirect_uris": "where the client's app has browsers come back to, as it was registered",
    "loanflow.auth.v1.Client.post_logout_redirect_uris": "the same, after a sign-out",
    "loanflow.notification.v1.Webhook.url": "where the partner listens, as it was given by the partner itself",
    "loanflow.agreement.v1.BeginProviderSigningResponse.signing_url": "where a signer signs, for them alone",
    "loanflow.auth.v1.Enrolment.totp_uri": "the secret as an authenticator app reads it, otpauth://",
}
# What a client of S3 or another store signs an address with.
SIGNING = re.compile(r"presign|signed_url|generate_sas|sign_url")


def _fields(message: Descriptor, seen: set[str]) -> Iterator[FieldDescriptor]:
    if message.full_name not in seen and message.full_name.startswith("loanflow."):
        seen.add(message.full_name)
        for field in message.fields:
            yield field
            if field.message_type is not None:
                yield from _fields(field.message_type, seen)


@pytest.mark.parametrize("method", METHODS, ids=lambda each: each.full_name)
def test_no_answer_has_a_field_that_leads_to_a_store(method: MethodDescriptor) -> None:
    findings(
        f"{at(field)}: may hold an address of a stored file: stream the file by an RPC, or say in LEADING what it is"
        for field in _fields(method.output_type, set())
        if ADDRESS.search(field.name) and field.full_name not in LEADING
    )


def test_no_service_signs_an_address() -> None:
    findings(
        f"{path.relative_to(ROOT)}:{node.lineno}: signs an address of a store, which asks no access rule: "
        "stream the file by an RPC, with its hash checked"
        for path in sorted((ROOT / "services").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.expr | ast.FunctionDef)
        for name in (getattr(node, "attr", ""), getattr(node, "id", ""), getattr(node, "name", ""))
        if isinstance(name, str) and SIGNING.search(name)
    )
