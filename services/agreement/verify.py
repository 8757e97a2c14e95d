"""Checks any copy of an agreement without the lender: who signed it, when, whether it is intact, and on which terms.

usage: python -m services.agreement.verify [--trust CERTIFICATES.pem] FILE
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from google.protobuf.json_format import ParseDict, ParseError

from loanflow.types.v1 import terms_pb2
from services.agreement.pdf import EVIDENCE_FILE, ORIGINAL, TERMS_FILE
from services.lending import LendingError
from services.papers.forms import consent
from services.papers.seals import Seal, Unsealed, seals_of
from services.terms import to_terms


@dataclass(frozen=True)
class Report:
    """What a copy shows: its seals, the evidence of the signature (none of what is not signed), terms, and faults."""

    seals: tuple[Seal, ...]
    evidence: dict[str, Any] | None
    terms: dict[str, Any]
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether everything fits."""
        return not self.faults


def checked(content: bytes, roots: Sequence[x509.Certificate] = ()) -> Report:
    """What the bytes of a PDF show; with certificates to trust, a seal of another is a fault."""
    try:
        seals = tuple(seals_of(content, roots))
    except Unsealed as error:
        return Report((), None, {}, (str(error),))
    faults = [f"the seal of {each.signer} is broken" for each in seals if not each.intact]
    if roots:
        faults += [f"the seal of {each.signer} is not of a trusted certificate" for each in seals if not each.trusted]
    if faults:
        return Report(seals, None, {}, tuple(faults))
    attached = _attached(content)
    terms, said = _terms(attached)
    faults += said
    evidence = json.loads(attached[EVIDENCE_FILE]) if EVIDENCE_FILE in attached else None
    if evidence is not None:
        faults += _evidence(evidence, attached, terms, roots)
    return Report(seals, evidence, terms, tuple(faults))


def _attached(content: bytes) -> dict[str, bytes]:
    from pypdf import PdfReader

    return {name: bytes(found[0]) for name, found in PdfReader(BytesIO(content)).attachments.items()}


def _terms(attached: dict[str, bytes]) -> tuple[dict[str, Any], list[str]]:
    if TERMS_FILE not in attached:
        return {}, ["it has no terms for machines"]
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
    agreed = evidence["consent"]
    version, text = consent(agreed["language"])
    if (version, hashlib.sha256(text.encode()).hexdigest()) != (agreed["version"], agreed["sha256"]):
        faults.append(f"the consent is not the known text of {agreed['version']}")
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what a copy shows; 0 when it is intact, 1 when it is not."""
    parser = argparse.ArgumentParser(prog="python -m services.agreement.verify")
    parser.add_argument("file", type=Path)
    parser.add_argument("--trust", type=Path, help="certificates (PEM) of which a seal has to be, or to lead to")
    asked = parser.parse_args(arguments)
    roots = x509.load_pem_x509_certificates(asked.trust.read_bytes()) if asked.trust else ()
    report = checked(asked.file.read_bytes(), roots)
    for seal in report.seals:
        clock = "a timestamp authority" if seal.timestamped else "the signer's clock"
        state = "intact" if seal.intact else "BROKEN"
        print(f"sealed by  {seal.signer} ({seal.certificate_sha256}), {seal.seal_time} by {clock}: {state}")
    for name, value in (report.evidence or {}).items():
        print(f"signature  {name}: {value}")
    for name, value in report.terms.items():
        print(f"terms      {name}: {value}")
    print(*(f"FAULT      {fault}" for fault in report.faults), sep="\n", end="\n" if report.faults else "")
    print("INTACT" if report.intact else "NOT INTACT")
    return 0 if report.intact else 1


if __name__ == "__main__":
    sys.exit(main())
