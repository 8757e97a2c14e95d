"""The gates of the risk service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip
_KYC = Fact("KYC approved customer and project", "kyc", Source.CALL, "WRONG_STATUS", "KycService.CheckApproved")
_OUTSIDER = outsiders.kept("risk")

GATES = (
    Gate("assess an offer", ("AssessOffer",), (
        Fact("a risk manager released the application", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("rating, instalment and debt-to-income are within what was decided on", "risk", Source.ROW,
             "ASSESSED_LIMIT"),
        Fact("the terms are in the application's currency", "risk", Source.ROW, "WRONG_CURRENCY"),
        Fact("no rule that the decision went by rules the terms out", "risk", Source.ROW, "ASSESSED_LIMIT"),
        Fact("no rule refers the terms to a person that the decision has not addressed", "risk", Source.ROW,
             "ASSESSED_LIMIT"),
    )),
    Gate("assess", ("Assess", "loanflow.kyc.v1.KycApproved"), (
        Fact("KYC is approved, and nothing is decided or ended", "risk", Source.ROW, "WRONG_STATUS"),
    ), ("RECORD_ASSESSMENT",)),
    Gate("consent to a credit bureau", ("GiveBureauConsent",), (
        Fact("a credit bureau is connected", "risk", Source.SETTING, "BUREAU_NOT_CONNECTED"),
        Fact("the application is not assessed and has not ended", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("the text is the present one", "risk", Source.REQUEST, "CONSENT_CHANGED"),
        Fact("the bureau was not asked", "risk", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("withdraw that consent", ("WithdrawBureauConsent",), (
        Fact("a consent stands", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("the bureau was not asked", "risk", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("add collateral", ("AddCollateral",), (
        _GOES_ON,
        Fact("the application is not rejected and has not ended", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("there are fewer items than there can be", "risk", Source.ROW, "COLLATERAL_FULL"),
    )),
    Gate("withdraw collateral", ("WithdrawCollateral",), (
        Fact("the application is not decided and has not ended", "risk", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("record a valuation", ("RecordValuation",), (
        _GOES_ON,
        Fact("the application is not rejected and has not ended", "risk", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the amounts are in the application's currency", "risk", Source.ROW, "WRONG_CURRENCY"),
        Fact("no other valuation of the item waits", "risk", Source.ROW, "VALUATION_OPEN"),
        Fact("the item has fewer valuations than there can be", "risk", Source.ROW, "COLLATERAL_FULL"),
        Fact("the document is an accepted one of the application", "document", Source.CALL, "EVIDENCE_MISSING",
             "DocumentService.GetDocument"),
    )),
    Gate("settle a valuation", ("SettleValuation",), (
        _GOES_ON,
        Fact("the application is not rejected and has not ended", "risk", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the valuation waits for its second person", "risk", Source.ROW, "NO_VALUATION_OPEN"),
        Fact("what is confirmed is still shown by its document", "document", Source.CALL, "EVIDENCE_MISSING",
             "DocumentService.GetDocument"),
        Fact("another person recorded it", "risk", Source.ROW, "MAKER_CHECKER"),
    )),
    Gate("decide risk", ("Decide",), (
        Fact("the report is assessed, and neither decided nor ended", "risk", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the risk manager took no decision before", "kyc", Source.EVENT, "MAKER_CHECKER"),
        _GOES_ON,
        Fact("the score does not recommend the opposite", "risk", Source.ROW, "OVERRIDE_REQUIRED"),
        Fact("a rejection for the score has one to rest on", "risk", Source.ROW, "NOT_SCORED"),
        _KYC,
        Fact("no rule in force knocks out what is approved", "risk", Source.ROW, "KNOCKED_OUT"),
        Fact("what is approved is within the limits of the rules in force", "risk", Source.ROW, "ABOVE_RULE_LIMIT"),
        Fact("the approval addresses what a rule refers to a person", "risk", Source.REQUEST, "REFERRAL_UNADDRESSED"),
    ), ("APPROVE_RISK", "REJECT_RISK")),
    Gate("propose an override", ("ProposeOverride", "ProposeLimitOverride"), (
        Fact("the score recommends the opposite, or the terms go beyond the decision", "risk", Source.ROW,
             "OVERRIDE_NOT_NEEDED"),
        _OUTSIDER,
        Fact("no other override waits", "risk", Source.ROW, "OVERRIDE_OPEN"),
        _GOES_ON,
    )),
    Gate("settle an override", ("SettleOverride",), (
        Fact("an override waits for its second person", "risk", Source.ROW, "NO_OVERRIDE"),
        _OUTSIDER,
        Fact("the second person neither proposed it nor took a decision before", "risk", Source.ROW, "MAKER_CHECKER"),
        _GOES_ON,
        _KYC,
        Fact("no rule stands against the approval that did not when it was proposed", "risk", Source.ROW,
             "OVERRIDE_OUTDATED"),
    ), ("APPROVE_RISK", "REJECT_RISK")),
    Gate("send a notice again", ("ResendRefusalNotice",), (
        Fact("the application is refused, and its notice is made", "risk", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("record that a notice was posted", ("RecordNoticePosting",), (
        _OUTSIDER,
        Fact("the application is refused, its notice is made, and the customer has not had it", "risk", Source.ROW,
             "WRONG_STATUS"),
    )),
    Gate("ask for the review of a refusal", ("RequestRefusalReview",), (
        Fact("the application is refused, and no review of that was asked for", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("the time for it is not over", "risk", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("decide on the review of a refusal", ("DecideRefusalReview",), (
        _OUTSIDER,
        Fact("a review waits", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("the reviewer had no part in the refusal", "risk", Source.ROW, "MAKER_CHECKER"),
    )),
    Gate("propose rules", ("ProposeRuleSet",), (
        Fact("every rule can be evaluated on every application", "risk", Source.REQUEST, "RULE_INVALID"),
    )),
    Gate("simulate rules", ("SimulateRuleSet",), (
        Fact("the rules are not decided on", "risk", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("decide on rules", ("DecideRuleSet",), (
        Fact("the rules are not decided on", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("another person proposed the rules", "risk", Source.ROW, "MAKER_CHECKER"),
        Fact("the rules were simulated on past applications", "risk", Source.ROW, "RULES_NOT_SIMULATED"),
    )),
)  # fmt: skip
