"""Every text that a store keeps is sealed, unless a person has said that it is not personal.

The list of plain texts is the contract's own, proto/review/plain.txt, with the few words that only rows have.
"""

import dataclasses
import types
import typing
from collections.abc import Iterator
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

import pytest

from proto.plugins.privacy import plain_names
from services.runtime.events.avro import event_classes
from services.runtime.stores.mapping import Mapped
from tests.sealed import repositories

# Stored texts that the contract does not name, and why they are not personal.
PLAIN = {
    "activation.Accounts: disbursement.disputed_reference": "the bank's own number of a payment",
    "agreement.Agreements: contract.pdf.key": "the place of a file, made of ids",
    "agreement.Agreements: signed_copy.file.key": "the place of a file, made of ids",
    "agreement.Agreements: signed_pdf.key": "the place of a file, made of ids",
    "agreement.Agreements: deciders": "ids of accounts",
    "agreement.Agreements: signing.code_hash": "a hash under a secret key",
    "agreement.Agreements: signing.salt": "random",
    "agreement.Agreements: parties.signing.code_hash": "a hash under a secret key",
    "agreement.Agreements: parties.signing.salt": "random",
    "agreement.Agreements: partly_signed_pdf.key": "the place of a file, made of ids",
    "agreement.Agreements: provider_files.signed_file.key": "the place of a file, made of ids",
    "agreement.Agreements: provider_files.certificate_file.key": "the place of a file, made of ids",
    "agreement.Agreements: given.file.key": "the place of a file, made of ids",
    "agreement.Agreements: given.form": "the name of a form",
    "agreement.Agreements: contract.language": "the language of a paper, which many have",
    "agreement.Agreements: contract.law": "the code of a pack of law",
    "agreement.Agreements: sessions.fault": "a reason, or a provider's own word for an error",
    "approval.Approvals: barred": "ids of accounts",
    "approval.Dossiers: kyc_deciders": "ids of accounts",
    "approval.Dossiers: risk_deciders": "ids of accounts",
    "auth.Accounts: invitation_hash": "a hash of random bits",
    "auth.Accounts: password_hash": "a hash that a guess costs as much as a sign-in",
    "auth.Challenges: nonce": "random",
    "auth.Challenges: token_hash": "a hash of random bits",
    "auth.Codes: code_challenge": "a hash of random bits",
    "auth.Codes: code_hash": "a hash of random bits",
    "auth.Codes: methods": "words of RFC 8176",
    "auth.Codes: nonce": "random, the app's",
    "auth.Codes: redirect_uri": "one of those that the app registered",
    "auth.Devices: token_hash": "a hash of random bits",
    "auth.Links: token_hash": "a hash of random bits",
    "auth.Factors: passkeys.public_key": "the public half of a key",
    "auth.Factors: recovery_hashes": "hashes of random codes",
    "auth.Sessions: methods": "words of RFC 8176",
    "auth.Sessions: token_hash": "a hash of random bits",
    "customer.Customers: running": "ids of applications and loans",
    "document.Folders: freezes": "ids of calls",
    "document.Folders: party_ids": "ids of accounts",
    "kyc.MonitoredCustomers: running": "ids of applications",
    "notification.WebhookDeliveries: about": "the id of an application or a customer",
    "notification.Devices: token_hash": "a hash of random text",
    "notification.Notifications: text.letter_language": "what a law wants, the same for every loan of its facility",
    "notification.TemplateVersions: language": "the language of a wording, not of a customer",
    "repayment.DailyRuns: failed": "ids of loans",
    "repayment.Loans: payments*.idempotency_key": "the name of an attempt",
    "repayment.Loans: payments*.proof.object_key": "the place of a file, made of ids",
    "repayment.Loans: withdrawal_right.language": "the language that a law wants papers in",
    "repayment.Loans: transactions.id": "an id, and what kind of entry it is",
    "repayment.Loans: transactions.reverses": "the id of an entry",
    "risk.BureauFiles: inquiries.outcome.stored.key": "ids",
    "risk.KnownCustomers: company_indexes": "blind indexes",
    "risk.KnownCustomers: controller_indexes": "blind indexes",
    "risk.KnownCustomers: person_index": "a blind index",
    "risk.OutcomeChecks: role": "as what a table is asked: champion or challenger",
    "risk.Reports: assessment.bands": "codes of bands of a table of points, as those of reasons",
    "risk.Reports: assessment.challenger.bands": "codes of bands of a table of points, as those of reasons",
    "risk.Reports: party_ids": "ids of accounts",
    "risk.Reports: earlier_deciders": "ids of accounts",
    "risk.Reports: refusals.notice.key": "ids",
}
# Services without events.
SILENT = {"auth", "notification"}
# Repositories that seal by a cipher of their own, column by column: tests/integration of the service looks at rows.
OWN = {
    "auth.Failures", "auth.Clients", "auth.Keys", "auth.Registrations",
}  # fmt: skip
MAPPED = {name: kind for name, kind in sorted(repositories().items()) if issubclass(kind, Mapped) and name not in OWN}


def texts(hint: Any, path: str = "") -> Iterator[str]:
    """The paths of the texts in a type: `request.project.name`, lists passed through."""
    kinds = typing.get_args(hint) if typing.get_origin(hint) else ()
    if hint is str:
        yield path
    elif typing.get_origin(hint) in (types.UnionType, typing.Union, tuple, list, set, frozenset):
        for kind in kinds:
            yield from texts(kind, path)
    elif typing.get_origin(hint) is dict:
        yield from texts(kinds[1], f"{path}*")
    elif dataclasses.is_dataclass(hint) and isinstance(hint, type) and not issubclass(hint, Enum):
        hints = typing.get_type_hints(hint)
        for field in dataclasses.fields(hint):
            if field.name not in ("events", "version"):
                yield from texts(hints[field.name], f"{path}.{field.name}" if path else field.name)


def sealed(kind: type[Mapped[Any]], path: str) -> bool:
    """Whether a store declares a path of its model as personal, in its own rows or in those of another table."""
    first, name = path.partition(".")[0], path.rpartition(".")[2]
    if first in kind.personal and kind.storage().parts[first].kind is str:
        # All that is in it, as one text.
        return True
    beside = {each.rpartition(".")[2] for paths in kind.parts.values() for each in paths}
    return path in kind.personal or (first.rstrip("*") in kind.apart and name in beside | hidden(kind))


def hidden(kind: type[Mapped[Any]]) -> set[str]:
    """The names of personal columns that `write` adds."""
    return set(kind.personal) & set(kind.unaudited)


@pytest.mark.parametrize("name", MAPPED)
def test_every_stored_text_is_sealed_or_reviewed(name: str) -> None:
    kind, reviewed = MAPPED[name], plain_names()
    for path in sorted(set(texts(kind.form.model))):
        last = path.rpartition(".")[2].removesuffix("*")
        plain = any(_fits(each, last) for each in reviewed) or f"{name}: {path}" in PLAIN
        assert plain or sealed(kind, path), (
            f"{kind.__module__.replace('.', '/')}.py: {kind.__name__} stores {path} in clear: name it in `personal`, "
            f"or in proto/review/plain.txt or in PLAIN of {__name__.replace('.', '/')}.py with the reason"
        )


@pytest.mark.parametrize("name", MAPPED)
def test_a_store_that_is_about_somebody_says_about_whom(name: str) -> None:
    kind = MAPPED[name]
    about = {"customer_id"} & {field.name for field in dataclasses.fields(kind.form.model)}
    assert not about or kind.subject, (
        f"{kind.__module__.replace('.', '/')}.py: {kind.__name__} is about a customer: give it `subject` and "
        "`record_class`, or the reasons in its audit rows stay in clear"
    )


def _fits(reviewed: str, name: str) -> bool:
    return fnmatchcase(name, reviewed.rpartition(".")[2] if "." in reviewed else reviewed)


@pytest.mark.parametrize("service", sorted({name.partition(".")[0] for name in MAPPED}))
def test_what_a_store_seals_is_in_no_event_of_the_service(service: str) -> None:
    """By its name: where a text is plain in one of the two and sealed in the other, one of them is wrong."""
    sealed_names = set()
    for name, kind in MAPPED.items():
        for path in kind.personal if name.startswith(f"{service}.") else ():
            parts = [part.rstrip("*").strip() for part in path.split(".")]
            sealed_names |= {"_".join(parts[-count:]) for count in range(1, len(parts) + 1)}
    for event in event_classes(service) if service not in SILENT else ():
        for field in event.DESCRIPTOR.fields:
            plain = field.type == field.TYPE_STRING and not field.GetOptions().deprecated
            assert not (plain and field.name in sealed_names), (
                f"{event.DESCRIPTOR.file.name}: {event.DESCRIPTOR.name}.{field.name} is on the bus in clear, and "
                f"sealed by the {service} service's store: leave it out of the event"
            )


def test_no_exception_outlives_what_it_excuses() -> None:
    stored = {f"{name}: {path}" for name, kind in MAPPED.items() for path in texts(kind.form.model)}
    stale = sorted(PLAIN.keys() - stored)
    assert not stale, f"{__name__.replace('.', '/')}.py: PLAIN names {stale[0]!r}, which is stored no more: take it out"
    unknown = sorted(OWN - repositories().keys())
    assert not unknown, f"{__name__.replace('.', '/')}.py: OWN names {unknown[0]}, which is no repository: take it out"


@pytest.mark.parametrize("name", MAPPED)
def test_a_path_names_a_text_of_the_model(name: str) -> None:
    kind = MAPPED[name]
    stored = set(texts(kind.form.model))
    for path in kind.personal:
        first = path.partition(".")[0]
        beside = "*" in first or first in kind.apart or path in kind.unaudited
        assert path in stored or beside, (
            f"{kind.__module__.replace('.', '/')}.py: {kind.__name__}.personal names {path}, which is no text of "
            f"{kind.form.model.__name__}: nothing is sealed by it"
        )
