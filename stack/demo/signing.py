"""What a person who signs an agreement does over REST: reads what comes before it and itself, then signs that."""

import hashlib
from typing import Any

from stack.demo.api import Session


def read_before(signer: Session, application_id: str) -> str:
    """Downloads the information before the agreement, and the agreement; the SHA-256 of the latter, in hex."""
    path = f"/api/v1/agreement/{application_id}/pdf"
    signer.read(path, document="AGREEMENT_DOCUMENT_PRECONTRACT")
    return hashlib.sha256(signer.read(path)).hexdigest()


def ask_to_sign(signer: Session, application_id: str) -> dict[str, str]:
    """Asks for a code; what the signer is shown with it, as it goes back with that."""
    signing = signer.post(f"/api/v1/agreement/{application_id}/esign")["signing"]
    return {"consentVersion": signing["consentVersion"], "documentSha256": signing["documentSha256"]}


def confirm_signing(signer: Session, application_id: str, code: str, shown: dict[str, str]) -> Any:
    """Signs what was shown with the code; the agreement after it."""
    return signer.post(f"/api/v1/agreement/{application_id}/esign/confirm", {"code": code, **shown})["agreement"]
