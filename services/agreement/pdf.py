"""The agreement as a PDF, unsigned and signed. The same input gives the same bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from google.protobuf.json_format import MessageToDict

from services.agreement.clauses import CLAUSES, worded
from services.agreement.events import SignerRole, SigningMethod
from services.agreement.evidence import (
    EVIDENCE_FILE,
    Informed,
    SignaturePage,
    attachments,
    evidence_file,
    evidence_in,
    page_of,
)
from services.agreement.ports import Party
from services.law import NEUTRAL, Pack, packs
from services.lending import LoanCost, LoanTerms, Schedule
from services.lending.rules import LateFee
from services.papers import DATA_FILE, TEMPLATE, Document, Lender, lender_of, lender_values, typeset
from services.papers.figures import loan_values, schedule_values
from services.papers.formats import Value, Word
from services.papers.forms import consent, filled, texts
from services.terms import from_terms

TEMPLATE_VERSION = "v5"
ORIGINAL, TERMS_FILE = "agreement.pdf", "terms.json"
# The signed agreement in the certificate of its signature.
SIGNED_FILE = "signed.pdf"
# By what a signed one says for machines that the lender countersigns it next.
COUNTERSIGNED = "countersigned"
# Agreements of these templates have no data for machines, to which the evidence of a provider could be added.
WITHOUT_DATA = frozenset({"v1", "v2"})
_SIGNATURE = "signature-v4"
# The names of providers, which are the same in every language.
PROVIDERS = {SigningMethod.DOCUSIGN: "DocuSign", SigningMethod.ADOBE_SIGN: "Adobe Acrobat Sign"}


@dataclass(frozen=True)
class BoundParty:
    """Somebody who is bound, and signs, beside the borrower; `customer_id` is that of a customer of their own."""

    customer_id: str
    role: SignerRole
    party: Party


@dataclass(frozen=True)
class ContractData:
    """What the agreement says; `late_fee` is the facility's tariff, `law` the pack that its loans follow.

    `customer_id` is the borrower's, empty where nobody asks who has signed a copy.
    """

    application_id: str
    party: Party
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    schedule: Schedule
    agreement_date: date
    late_fee: LateFee | None = None
    lender: Lender = field(default_factory=lender_of)
    law: Pack = field(default_factory=lambda: packs()[NEUTRAL])
    language: str = "en"
    customer_id: str = ""
    others: tuple[BoundParty, ...] = ()


def contract_pdf(contract: ContractData) -> bytes:
    """The agreement, unsigned; services.papers.Unprintable for a name or an address that no font has."""
    return _document(contract).pdf({TERMS_FILE: terms_file(contract.terms)})


def terms_file(terms: LoanTerms) -> bytes:
    """The terms for machines: the contract's message as JSON, and the hash that they were approved under."""
    message = from_terms(terms)
    said = {
        "message": message.DESCRIPTOR.full_name,
        "terms": MessageToDict(message, preserving_proto_field_name=True),
        "sha256": terms.hash(),
    }
    return json.dumps(said, indent=2, sort_keys=True).encode()


def signed_pdf(
    contract: bytes, page: SignaturePage, partly: bytes | None = None, given: Mapping[str, bytes] | None = None,
    *, countersigned: bool = False,
) -> bytes:  # fmt: skip
    """The agreement that `contract_pdf` made, with a signature page for each signature, and with itself as it was.

    `partly` is the same with the signatures that there are already, as this gave it; `given` has the papers that were
    given before, by name. It says for machines where it is `countersigned` next: one cut before that is found.
    """
    attached = attachments(contract)
    if DATA_FILE not in attached:
        return _appended(contract, page)
    data: dict[str, Any] = json.loads(attached[DATA_FILE])
    if data["template"] != TEMPLATE:
        template = data.pop("template")
        return typeset(template, {**data, "signature": _rows_of_v2(page)}, {ORIGINAL: contract})
    before = evidence_in(attachments(partly)) if partly else {}
    return _with_pages(contract, attached, [page], before, given or {}, countersigned=countersigned)


def signed_at_provider(
    contract: bytes, pages: Sequence[SignaturePage], given: Mapping[str, bytes], *, countersigned: bool = False
) -> bytes:
    """The same of all signatures of an envelope, with what the provider gave attached, by name."""
    return _with_pages(contract, attachments(contract), pages, {}, given, countersigned=countersigned)


def _with_pages(
    contract: bytes, attached: Mapping[str, bytes], pages: Sequence[SignaturePage], before: Mapping[str, bytes],
    given: Mapping[str, bytes], *, countersigned: bool,
) -> bytes:  # fmt: skip
    data: dict[str, Any] = json.loads(attached[DATA_FILE])
    template, language = data.pop("template"), data["language"]
    evidence = dict(before)
    for page in pages:
        name = f"signature-{len(evidence) + 1}.json" if evidence else EVIDENCE_FILE
        evidence[name] = evidence_file(page, language, data["terms_hash"])
    blocks = [block for each in evidence.values() for block in _blocks(page_of(each), language)]
    others = {name: content for name, content in attached.items() if name != DATA_FILE}
    files = {**others, **evidence, **given, ORIGINAL: contract}
    said = {COUNTERSIGNED: True} if countersigned else {}
    return typeset(template, {**data, **said, "blocks": data["blocks"] + blocks}, files)


def parties_in(contract: bytes, customer_id: str) -> dict[str, Party]:
    """Who is bound, as the agreement of this customer names them, by their ids; nobody in one of template v1.

    Only the borrower's address is among what it says for machines.
    """
    attached = attachments(contract)
    if DATA_FILE not in attached:
        return {}
    data = json.loads(attached[DATA_FILE])
    borrower, language = data["borrower"], data.get("language", "en")
    others = {each["account"]: Party(each["name"], (), language) for each in data.get("bound", ())}
    return {**others, customer_id: Party(borrower["name"], tuple(borrower["address"]), language)}


def _blocks(page: SignaturePage, language: str) -> Sequence[Any]:
    values: dict[str, Value] = {"reference": page.application_id, "made": page.sign_time, "rows": _rows(page, language)}
    found: Sequence[Any] = filled(_SIGNATURE, language, values)["blocks"]
    return found


def _appended(contract: bytes, page: SignaturePage) -> bytes:
    """An agreement of template v1, which has no data attached, with a signature page after it."""
    from pypdf import PdfWriter

    moment = {"reference": page.application_id, "date": page.sign_time.date().isoformat()}
    last = typeset("signature-v1", {**moment, "lender": lender_of().printed, "signature": _rows_of_v2(page)})
    result = BytesIO()
    with PdfWriter() as writer:
        for each in (contract, last):
            writer.append(BytesIO(each))
        writer.write(result)
    return result.getvalue()


def _rows_of_v2(page: SignaturePage) -> Sequence[tuple[str, str]]:
    return (
        ("Signed by", page.full_name),
        ("Account", page.customer_id),
        ("Method", texts(_SIGNATURE, "en").get(f"method.{page.method}", page.method)),
        ("Time (UTC)", page.sign_time.isoformat(timespec="seconds")),
        ("SHA-256 of the signed agreement", page.pdf_sha256),
    )


def _rows(page: SignaturePage, language: str) -> tuple[Value, ...]:
    said: tuple[tuple[str, Value], ...] = (
        ("signed_by", page.full_name),
        ("signed_as", role_word(page.role)),
        ("account", page.customer_id),
        ("method", _method(page)),
        ("time", page.sign_time),
        ("sha256", page.pdf_sha256),
        ("consent", "" if page.provider else consent(language, page.consent)[1]),
        ("consent_version", "" if page.provider else page.consent),
        *_sent_rows(page),
        ("device", page.device),
        ("address", page.address),
        *(row for each in page.informed for row in _informed_rows(each)),
    )
    return tuple((Word(name), value) for name, value in said if value)


def _sent_rows(page: SignaturePage) -> tuple[tuple[str, Value], ...]:
    """Where and when the code was sent, and at which try it was right."""
    if page.code is None:
        return ()
    return ("code", page.code.sent_to), ("code_time", page.code.send_time), ("code_tries", page.code.tries)


def _informed_rows(paper: Informed) -> tuple[tuple[str, Value], ...]:
    """What the signer was given before: which form as which file, its hash, and when."""
    return ("given", f"{paper.form} ({paper.file})"), ("given_sha256", paper.sha256), ("given_time", paper.give_time)


def role_word(role: SignerRole) -> Word:
    """The word for as what somebody is bound."""
    return Word(role.name.lower())


def _method(page: SignaturePage) -> Value:
    if page.provider is not None:
        return f"{said_method(SigningMethod[page.method])}, {page.provider.envelope_id}"
    return said_method(SigningMethod[page.method]) if page.method in SigningMethod.__members__ else page.method


def said_method(method: SigningMethod) -> Value:
    """How a method is called: the word for it, or the name of the provider."""
    return PROVIDERS.get(method) or Word(f"method.{method.name}")


def _document(contract: ContractData) -> Document:
    language, currency = contract.language, contract.terms.currency
    clauses = [worded(clause, contract.late_fee, currency, language) for clause in CLAUSES]
    values: dict[str, Value] = {
        **loan_values(contract.terms, contract.cost, contract.schedule, contract.law.rate),
        **schedule_values(contract.schedule),
        **lender_values(contract.lender, language),
        "borrower": contract.party.full_name,
        "borrower_address": contract.party.address,
        "clauses": tuple(clauses),
        "terms_hash": contract.terms_hash,
        "signers": tuple(
            line
            for role in (SignerRole.BORROWER, *(each.role for each in contract.others))
            for line in (Word("place_and_date"), role_word(role))
        ),
    }
    if contract.others:
        rows = ((each.role, (each.party.full_name, *each.party.address)) for each in contract.others)
        values["others"] = tuple((role_word(role), lines) for role, lines in rows)
    if contract.law.disclosure:
        values["disclosure"] = contract.law.sources
    if contract.law.withdrawal_days:
        values |= {
            "withdrawal_days": contract.law.withdrawal_days,
            "withdrawal_to": ", ".join(contract.lender.contact),
            "law": contract.law.sources,
        }
    return Document(
        f"agreement-{TEMPLATE_VERSION}",
        contract.application_id,
        contract.agreement_date,
        values,
        language,
        contract.lender,
        machine={
            "borrower": {"name": contract.party.full_name, "address": contract.party.address},
            "bound": _bound(contract),
            "clauses": [
                {"promise": clause.promise.name, "version": clause.version, "title": title, "text": text}
                for clause, (title, text) in zip(CLAUSES, clauses, strict=True)
            ],
            "terms": {name: str(value) for name, value in plain_terms(contract.terms).items()},
            "terms_hash": contract.terms_hash,
        },
    )


def _bound(contract: ContractData) -> list[dict[str, str]]:
    """Who has to sign, for machines; the account of each is in the evidence of their signature."""
    borrower = BoundParty(contract.customer_id, SignerRole.BORROWER, contract.party)
    return [
        {"account": each.customer_id, "role": each.role.name, "name": each.party.full_name}
        for each in (borrower, *contract.others)
    ]


def plain_terms(terms: LoanTerms) -> dict[str, Any]:
    """The terms by name, as they are hashed: enums by their names, decimals as text."""
    return {name: getattr(getattr(terms, name), "name", getattr(terms, name)) for name in terms.__slots__}
