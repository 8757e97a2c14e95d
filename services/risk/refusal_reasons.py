"""The principal reasons of refusals, by code: those of KYC and of the levels of approval in words; pure.

What a check of money laundering or sanctions found must not be told (Directive (EU) 2015/849, art. 39; 31 U.S.C.
5318(g)(2)). So such a refusal has the code and the words of one that rests on anything else that is not named.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.risk.explanation import (
    PrincipalReason,
    key_factors,
    lowered_by_bureau,
    rejection_reasons,
    rests_on_bureau,
)
from services.risk.model import Report
from services.risk.refusals import Refusal, RefusalStage, Refused

_UNNAMED = "KYC_REQUIREMENTS"
# By the reasons of the kyc service, as its events name them.
KYC_CODES: Mapping[str, str] = {
    "IDENTITY": "KYC_IDENTITY",
    "COMPLIANCE": _UNNAMED,
    "PROJECT": "KYC_PROJECT",
    "DOCUMENTS": "KYC_DOCUMENTS",
    "OTHER": _UNNAMED,
    "UNSPECIFIED": _UNNAMED,
}
# By those of the approval service.
APPROVAL_CODES: Mapping[str, str] = {
    "UNSPECIFIED": "APPROVAL_CONDITIONS",
    "AFFORDABILITY": "APPROVAL_AFFORDABILITY",
    "TERMS": "APPROVAL_TERMS",
    "COLLATERAL": "APPROVAL_COLLATERAL",
    "PROJECT": "APPROVAL_PROJECT",
    "INFORMATION": "APPROVAL_INFORMATION",
    "OTHER": "APPROVAL_CONDITIONS",
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "KYC_IDENTITY": (
        "Your identity could not be proven.",
        "A valid document that shows it, and details that agree with it, may prove it.",
    ),
    _UNNAMED: ("The checks before a loan did not allow it.", ""),
    "KYC_PROJECT": (
        "The project does not seem feasible to us.",
        "Evidence of its cost, and of what it brings, may show that it is.",
    ),
    "KYC_DOCUMENTS": (
        "The application is incomplete: documents are missing, or not in order.",
        "Hand in what we asked for, complete and up to date.",
    ),
    "APPROVAL_AFFORDABILITY": (
        "The instalments would be too high for what you can pay.",
        "The income would have to be higher, other debts lower, or the amount smaller.",
    ),
    "APPROVAL_TERMS": ("We cannot lend on these terms.", "Another amount or another tenure may be possible."),
    "APPROVAL_COLLATERAL": (
        "What secures the loan covers too little of it.",
        "What secures it would have to be worth more, or the amount smaller.",
    ),
    "APPROVAL_PROJECT": ("The project did not convince us.", "Evidence of what it brings may show more."),
    "APPROVAL_INFORMATION": (
        "The application was not complete enough to decide on.",
        "Hand in what was asked for.",
    ),
    "APPROVAL_CONDITIONS": ("It does not meet our conditions for a loan.", ""),
}


def by_risk(report: Report) -> Refused:
    """The refusal of a report that the risk manager rejected, with whoever had a part in it."""
    assert report.decide_time is not None
    codes = tuple(each.code for each in rejection_reasons(report))
    parts = (part for each in report.overrides for part in (each.proposed_by, each.settled_by))
    earlier = tuple(dict.fromkeys(part for part in (*report.earlier_deciders, *parts) if part))
    return Refused(RefusalStage.RISK, codes, report.decided_by, earlier, report.decide_time, rests_on_bureau(report))


def by_others(refused: Refused, report: Report) -> Refused:
    """The refusal of another service; a level of approval looked at the score, and so at what a record took from it."""
    looked = refused.stage is not RefusalStage.KYC and report.assessment is not None
    return replace(refused, on_bureau=looked and lowered_by_bureau(report.assessed()))


def in_words(refusal: Refusal, report: Report) -> tuple[PrincipalReason, ...]:
    """The principal reasons of a report's refusal as its notice has them."""
    if refusal.stage is RefusalStage.RISK:
        return rejection_reasons(report)
    return tuple(PrincipalReason(code, *_WORDS[code]) for code in refusal.reason_codes)


def scored(refusal: Refusal, report: Report) -> tuple[PrincipalReason, ...] | None:
    """What lowered the score that the decision looked at; None of a refusal before there was one, or without any."""
    if refusal.stage is RefusalStage.KYC or report.assessment is None or report.assessment.unscored is not None:
        return None
    return key_factors(report)
