"""Checks any copy of an agreement without the lender: who signed it, when, whether it is intact, and on which terms.

Of a certificate of signature it checks the signed agreement that is attached to it.

usage: python -m services.agreement.verify [--trust CERTIFICATES.pem] FILE

It ends with 0 when the copy is intact, complete and of who is trusted, with 1 when it is not intact, with 3 when
somebody still has to sign it, and with 4 when whose certificate it is was not asked (2 is a wrong call).
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from google.protobuf.json_format import ParseDict, ParseError

from loanflow.types.v1 import terms_pb2
from services.agreement import shown
from services.agreement.events import SigningMethod
from services.agreement.evidence import (
    PROVIDER_CERTIFICATE,
    PROVIDER_SIGNED,
    SignaturePage,
    attachments,
    evidence_in,
    page_of,
)
from services.agreement.pdf import COUNTERSIGNED, ORIGINAL, SIGNED_FILE, TERMS_FILE, said_method
from services.lending import LendingError
from services.papers import DATA_FILE
from services.papers.formats import Word, plain
from services.papers.forms import Unfit, consent
from services.papers.seals import Seal, Unreadable, Unsealed, seals_of
from services.terms import to_terms

# What the data of a certificate say of a signature by hand.
_BY_HAND = plain((Word("method"), said_method(SigningMethod.MANUAL)))

# With what a check ends beside 0; argparse ends a wrong call with 2.
NOT_INTACT, NOT_COMPLETE, UNTRUSTED = 1, 3, 4

# Agreements of old templates have none.
_NO_TERMS = "it has no terms for machines"


@dataclass(frozen=True)
class Report:
    """What a copy shows: its seals, the evidence of each signature in their order, terms, and faults.

    That of a certificate of signature has what the signed agreement shows as `certified`, or the hash of one that was
    signed by hand, of which nothing else can be checked, as `copy_sha256`. Those of `doubts` are faults that show no
    change: that nobody who is trusted stands for it, or that it is from before terms. `terms_hold` says that the terms
    are those of their hash, `is_unreadable` that nobody can say whether it has a seal; `pages` are the signatures.
    `waits` names who is bound by an agreement that nobody has signed: no fault of it, and nobody is bound by it yet.
    """

    seals: tuple[Seal, ...]
    signatures: tuple[dict[str, Any], ...]
    terms: dict[str, Any]
    faults: tuple[str, ...]
    certified: "Report | None" = None
    copy_sha256: str = ""
    doubts: tuple[str, ...] = ()
    terms_hold: bool = False
    is_unreadable: bool = False
    pages: tuple[SignaturePage, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether all fits but for doubts, or there is no seal, which agreements of before have not."""
        return set(self.faults) <= set(self.doubts) or not (self.seals or self.is_unreadable)

    @property
    def intact(self) -> bool:
        """Whether everything fits."""
        return not self.faults


# What is said of a file that nobody reads.
NOTHING = Report((), (), {}, ())


def checked(content: bytes, roots: Sequence[x509.Certificate] = ()) -> Report:
    """What the bytes of a PDF show; with certificates to trust, a seal or a time of another is a fault."""
    try:
        seals = tuple(seals_of(content, roots))
    except Unsealed as error:
        return Report((), (), {}, (str(error),), is_unreadable=isinstance(error, Unreadable))
    faults, doubts = [_broken(each) for each in seals if not each.intact], []
    faults += [_without_time(each) for each in seals if each.intact and each.lost_its_time]
    if roots:
        doubts += [f"the seal of {each.signer} is not of a trusted certificate" for each in seals if not each.trusted]
        doubts += [_unbelieved(each) for each in seals if each.authority and not each.timestamped]
    if faults or doubts:
        return Report(seals, (), {}, (*faults, *doubts), doubts=tuple(doubts))
    try:
        return _carried(content, seals, roots)
    except Exception as error:
        # Whoever has a key can seal anything: what is other than it has to be raises whatever comes of it.
        return Report(seals, (), {}, (f"what is attached cannot be read: {type(error).__name__}: {error}",))


def _carried(content: bytes, seals: tuple[Seal, ...], roots: Sequence[x509.Certificate]) -> Report:
    """What is attached to a file whose seals are good."""
    attached = attachments(content)
    if SIGNED_FILE in attached:
        return _certified(attached, seals, roots)
    terms, faults = _terms(attached)
    hold = not faults
    evidence = evidence_in(attached).values()
    signatures, pages = tuple(map(json.loads, evidence)), tuple(map(page_of, evidence))
    for each in signatures:
        faults += _evidence(each, attached, terms, roots)
    missing = _missing(signatures, attached)
    if signatures:
        faults += missing or _not_countersigned(signatures, attached, seals)
    doubts = tuple(each for each in faults if each == _NO_TERMS)
    found = tuple(dict.fromkeys(faults))
    waits = () if signatures else tuple(missing) or (("nobody has signed it",) if terms else ())
    return Report(seals, signatures, terms, found, doubts=doubts, terms_hold=hold, pages=pages, waits=waits)


def _certified(attached: dict[str, bytes], seals: tuple[Seal, ...], roots: Sequence[x509.Certificate]) -> Report:
    """What a certificate of signature shows: of a copy that was signed by hand, it stands for the bytes alone."""
    signed = attached[SIGNED_FILE]
    actual, said = hashlib.sha256(signed).hexdigest(), json.loads(attached[DATA_FILE])["values"]
    if actual != said["document_sha256"]:
        return Report(seals, (), {}, ("the signed agreement is not the one that it certifies",))
    if _BY_HAND in said["rows"]:
        return Report(seals, (), {}, (), copy_sha256=actual)
    found = checked(signed, roots)
    faults = found.faults or (() if found.signatures else ("nobody has signed it",))
    return Report(seals, (), {}, tuple(f"the signed agreement: {fault}" for fault in faults), found)


def _broken(seal: Seal) -> str:
    return f"the seal of {seal.signer} is broken" if seal.signer else "a seal is broken, and of nobody who can be read"


def _unbelieved(seal: Seal) -> str:
    # Which time is beside a seal, no seal stands for: it could have been put there since.
    return f"the time of the seal of {seal.signer} is not of a trusted authority, but of {seal.authority}"


def _without_time(seal: Seal) -> str:
    return f"the seal of {seal.signer} was made as PAdES {seal.made_as}, and the time of its authority was taken away"


def _not_countersigned(
    signatures: Sequence[dict[str, Any]], attached: dict[str, bytes], seals: Sequence[Seal]
) -> list[str]:
    """That a file which all have signed was cut before the lender's countersignature.

    It says itself that one follows; those from before it did have the code's way in their evidence, which came with
    countersignatures. Of older ones nobody can say whether there was one.
    """
    follows = _data(attached).get(COUNTERSIGNED) or any("code" in each for each in signatures)
    if not follows or any(each.countersigns for each in seals):
        return []
    return ["the lender's countersignature, which follows the signatures, is not there: the file was cut before it"]


def _data(attached: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(attached.get(DATA_FILE, b"{}"))
    return found


def _missing(signatures: Sequence[dict[str, Any]], attached: dict[str, bytes]) -> list[str]:
    """Who is named as bound and has not signed; agreements from before there were several name nobody."""
    bound = _data(attached).get("bound", ())
    signed = {(each["account"], each.get("role")) for each in signatures}
    missing = [each for each in bound if each["account"] and (each["account"], each["role"]) not in signed]
    return [f"{each['name']} ({each['role']}) has not signed" for each in missing]


def _terms(attached: dict[str, bytes]) -> tuple[dict[str, Any], list[str]]:
    if TERMS_FILE not in attached:
        return {}, [_NO_TERMS]
    found: dict[str, Any] = json.loads(attached[TERMS_FILE])
    try:
        actual = to_terms(ParseDict(found["terms"], terms_pb2.LoanTerms())).hash()
    except (ParseError, LendingError) as error:
        return found, [f"the terms cannot be read: {error}"]
    return found, [] if actual == found["sha256"] else ["the terms are not those of their hash"]


def _evidence(
    evidence: dict[str, Any], attached: dict[str, bytes], terms: dict[str, Any], roots: Sequence[x509.Certificate]
) -> list[str]:
    faults = []
    original = attached.get(ORIGINAL, b"")
    if hashlib.sha256(original).hexdigest() != evidence["document_sha256"]:
        faults.append("what was signed is not the document that is attached")
    else:
        faults += [f"the document that was signed: {fault}" for fault in checked(original, roots).faults]
    if evidence["terms_sha256"] != terms.get("sha256"):
        faults.append("what was signed has other terms")
    faults += [
        f"{each['file']} is not what was given before the signature"
        for each in evidence.get("informed", ())
        if hashlib.sha256(attached.get(each["file"], b"")).hexdigest() != each["sha256"]
    ]
    if "provider" in evidence:
        return [*faults, *_given(evidence["provider"], attached, original)]
    agreed = evidence["consent"]
    try:
        _, text = consent(agreed["language"], agreed["version"])
    except Unfit as error:
        return [*faults, f"the consent is of no known text: {error}"]
    if hashlib.sha256(text.encode()).hexdigest() != agreed["sha256"]:
        faults.append(f"the consent is not the known text of {agreed['version']}")
    return faults


def _given(provider: dict[str, Any], attached: dict[str, bytes], original: bytes) -> list[str]:
    """What is wrong with what a provider gave, which is attached beside the evidence."""
    found = {"signed": attached.get(PROVIDER_SIGNED, b""), "certificate": attached.get(PROVIDER_CERTIFICATE, b"")}
    faults = [
        f"the provider's {name} file is not the one that is attached"
        for name, content in found.items()
        if hashlib.sha256(content).hexdigest() != provider[f"{name}_sha256"]
    ]
    if not faults and (lacking := shown.missing(original, found["signed"])):
        faults.append(f"what the provider had signed lacks {lacking} of the document")
    return faults


def _print(report: Report) -> None:
    for seal in report.seals:
        clock = seal.authority if seal.timestamped else "the signer's clock"
        state = "intact" if seal.intact else "BROKEN"
        print(f"sealed by  {seal.signer} ({seal.certificate_sha256}), {seal.seal_time} by {clock}: {state}")
        print(f"level      PAdES {seal.level}{f', with the key {seal.key}' if seal.key else ''}")
        print(f"{'counter   ' if seal.countersigns else 'for       '} {seal.reason}")
    for number, signature in enumerate(report.signatures, 1):
        for name, value in signature.items():
            print(f"signature {number}  {name}: {value}")
    for each in report.waits:
        print(f"waits      {each}")
    for name, value in report.terms.items():
        print(f"terms      {name}: {value}")
    if report.copy_sha256:
        print(
            f"certifies  the copy that is attached ({report.copy_sha256}), signed by hand: its bytes, and nothing else"
        )
    if report.certified:
        print("certifies  the signed agreement that is attached, of which is all that follows")
        _print(report.certified)


def outcome(report: Report, *, asked: bool) -> tuple[int, str]:
    """With which code a check ends, and in which words; `asked` says whether it was asked whose certificate it is."""
    waits = report.waits + (report.certified.waits if report.certified else ())
    if not report.intact:
        return NOT_INTACT, "NOT INTACT"
    if waits:
        return NOT_COMPLETE, "NOT COMPLETE: nothing was changed, and nobody is bound by it yet"
    if not asked:
        text = "nothing was changed since it was sealed; whose certificate this is was not asked: anybody can seal"
        return UNTRUSTED, f"UNTRUSTED: {text}. Name the lender's by --trust"
    return 0, "INTACT"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what a copy shows; 0 when it is intact, complete and trusted, or the code of what it is not."""
    parser = argparse.ArgumentParser(prog="python -m services.agreement.verify")
    parser.add_argument("file", type=Path)
    parser.add_argument("--trust", type=Path, help="certificates (PEM) to which seals and times have to lead")
    asked = parser.parse_args(arguments)
    roots = x509.load_pem_x509_certificates(asked.trust.read_bytes()) if asked.trust else ()
    report = checked(asked.file.read_bytes(), roots)
    _print(report)
    print(*(f"FAULT      {fault}\n" for fault in report.faults), sep="", end="")
    code, words = outcome(report, asked=bool(roots))
    print(words)
    return code


if __name__ == "__main__":
    sys.exit(main())
