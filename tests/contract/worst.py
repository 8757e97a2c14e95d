"""What an event that is wrong, early, forged or repeated can do at worst, by the listener and what it does with it.

Written by a person, beside proto/review/listeners.txt, which says what each listener does and why. In common: an event
that is repeated is known by the inbox and its aggregate's version; one that is early waits (NotYet) and moves nothing.
Money moves only on the word of the owners of all stages (services/activation/leave.py), asked when it moves.
"""

# The status is what the application service shows. The next stage asks the owner of the last one, so a status that was
# moved by a lie opens no gate, and the truth of that stage comes late.
_SHOWN = "the status is ahead of its stage, in the one status from which the move is allowed; no gate goes by it alone"
_ENDED = "the application ends though its stage goes on; it is applied for anew"
_FORGETS = "answers kept for repetition are gone; the rest of a customer is readable for years, until its rule ends"
_PARTNER = (
    "a partner is sent the ids of what did not happen; what it reads then is the owner's answer, as the customer agreed"
)
_STOPS = "work on one application stops, which cannot go on; nothing is let through"

WORST: dict[tuple[str, str], str] = {
    (
        "activation",
        "on_kyc_approved",
    ): "the wrong version of the details is kept: kyc, asked, has another, so nothing opens",
    (
        "activation",
        "on_signed",
    ): "every owner is asked, one says no, and an error is in the log; a true one replaces it",
    ("activation", "on_withdrawal_requested"): "the application service is asked, says no, and an error is in the log",
    ("activation", "follow_ledger"): "a wrong balance is shown until the next payment; before the payout nothing",
    (
        "activation",
        "close",
    ): "a loan that is paid out is shown as closed; the ledger goes on; before the payout nothing",
    ("activation", "reopen"): "a closed loan is shown as disbursed; the ledger knows better",
    ("activation", "erase"): _FORGETS,
    (
        "agreement",
        "make",
    ): "the approval service is asked and says no; the letter is dead, and its key waits for a person",
    ("agreement", "note_deciders"): "one person too many may not confirm a copy signed by hand",
    ("agreement", "close"): _STOPS,
    ("agreement", "erase"): "unsigned agreements are gone, and made again on demand",
    ("application", "end_of_customer"): "the open applications of a customer are withdrawn; none is let through",
    ("application", "note"): "a line too many in the timeline",
    (
        "approval",
        "open",
    ): "an approval of terms that were not accepted: the discussion is asked at each level and says no",
    ("approval", "note_kyc"): "the wrong people may not decide; those who did decide there are known to kyc and risk",
    ("approval", "note_risk"): "the wrong people may not decide; those who did decide there are known to kyc and risk",
    ("approval", "end"): _STOPS,
    ("approval", "erase"): _FORGETS,
    ("auth", "mail_staff"): "staff look into a list, and find nothing that is new there",
    ("auth", "on_customer_erased"): "a customer cannot sign in until the account is made again; nothing is opened",
    ("customer", "on_kyc_decided"): "the profile shows a wrong KYC status; who pays asks kyc for its own decision",
    ("customer", "on_started"): "an erasure waits for something that does not run",
    (
        "customer",
        "on_ended",
    ): "an erasure is let through though a loan runs; the ledger keeps the claim without the name",
    ("customer", "on_reopened"): "an erasure waits for something that does not run",
    ("discussion", "release"): "offers can be made without risk: risk, asked before the account is opened, says no",
    ("discussion", "end"): _STOPS,
    ("discussion", "erase"): _FORGETS,
    ("document", "open"): "documents can be uploaded for an application that is none",
    ("document", "end"): _STOPS,
    ("document", "erase"): "the files of a customer are gone, and have to be uploaded again",
    (
        "kyc",
        "open",
    ): "a review of an application that is none is in the queue; two people look before it is let through",
    ("kyc", "close"): _STOPS,
    ("kyc", "on_details_changed"): "a customer is screened once more, with the details that the customer service has",
    ("kyc", "reopen"): "a customer is screened each day without a loan that runs",
    ("kyc", "erase"): _FORGETS,
    ("notification", "-"): "nothing: it is consumed for the order of the events",
    ("notification", "notify"): "the customer is notified of what did not happen",
    ("notification", "erase"): "the messages of a customer are gone",
    (
        "notification",
        "pass_on",
    ): _PARTNER,
    ("partners", "applications.read"): _PARTNER,
    ("partners", "documents.read"): _PARTNER,
    ("partners", "loans.read"): _PARTNER,
    ("repayment", "erase"): _FORGETS,
    ("risk", "erase"): _FORGETS,
    ("repayment", "open_ledger"): "the activation service is asked, knows no such account, and an error is in the log",
    (
        "repayment",
        "disburse",
    ): "the activation service is asked, says that no money was sent, and an error is in the log",
    (
        "repayment",
        "cancel",
    ): "the activation service is asked, says that it is not cancelled, and an error is in the log",
    ("risk", "open"): "wrong figures are assessed first; a person decides on them",
    ("risk", "start"): "an assessment without KYC: kyc, asked again before the account is opened, says no",
    ("risk", "close"): _STOPS,
    ("risk", "order_reading"): "a statement counts that nobody accepted: the lower income does, and rules refer it",
    ("risk", "reopen"): "what secures a loan that is repaid is listed to be valued; nothing is decided by it",
    ("risk", "refuse"): "a customer gets a notice of a refusal that there is not; nothing is decided by it",
}
MOVES = {
    **dict.fromkeys(("REJECT_KYC", "REJECT_RISK", "REJECT_APPROVAL", "DECLINE_OFFER", "EXPIRE_OFFER"), _ENDED),
    "CLOSE": "a loan that is paid out is shown as closed; the ledger goes on",
    "CANCEL": "a loan that goes on is shown as cancelled, and its payout, which asks for the status, is held back",
    "REOPEN": "a closed loan is shown as disbursed; the ledger knows better",
}


def worst(service: str, does: str) -> str | None:
    """What the listener can do at worst; None when it is not written down yet."""
    if (service, does.split()[0]) == ("application", "move"):
        return next((MOVES[each] for each in does.split()[1:] if each in MOVES), _SHOWN)
    found = [WORST.get((service, name)) for name in names(does)]
    return None if None in found else "; ".join(map(str, found))


def names(does: str) -> list[str]:
    """What a listener does, one after the other, without what it is about."""
    return [each.split()[0] for each in does.split(", ")]
