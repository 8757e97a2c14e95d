"""Alerts about what customers and the law wait for: payouts, signatures, the daily run, messages, files, the trail."""

from stack.observability.alert import AUDIT, CRITICAL, WARNING, Alert, grown, grows, stands

_ACTIVATION = 'service="activation", job="services", instance="activation:1"'
_AGREEMENT = 'service="agreement", job="services", instance="agreement:1"'
_BANK = f'call="order", {_ACTIVATION}'
_MAIL = 'channel="EMAIL", service="notification", job="services", instance="notification:1"'
# Messages to customers that did not arrive, and those of which nothing more is tried.
ARE_LOST = 'loanflow_messages_total{status=~"FAILED|BOUNCED|GIVEN_UP"}'
ARE_OVER = 'loanflow_messages_total{status=~"SENT|FAILED|GIVEN_UP"}'
_DAY = "26h"


def _daily(name: str, service: str, method: str, what: str) -> tuple[Alert, Alert]:
    """A job of each day: that it did not end well for longer than a day, and that it fails now.

    Who was looked at for longer than that is not told for being new.
    """
    path = f"/loanflow.{service}.v1.{service.capitalize()}Service/{method}"
    well, badly = (f'loanflow_grpc_calls_total{{method="{path}", code{sign}"OK"}}' for sign in ("=", "!="))
    series = f'{{method="{path}", service="{service}", job="services", instance="{service}:1", code='
    up = f'up{{service="{service}", job="services"}}'
    known = f"max({up} offset {_DAY})"
    up_series = {f'up{{service="{service}", job="services", instance="{service}:1"}}': stands(1, 1)}
    return (
        Alert(
            f"{name}Late", CRITICAL,
            f"({grown(well, _DAY)} or vector(0)) == 0 and on () {known} == 1",
            f"{what} has not been done for more than a day", "daily-run",
            {f'loanflow_grpc_calls_total{series}"OK"}}': grows(0.05, 0), **up_series},
            minutes=30, phases=(1800, 1800, 200), step=20,
        ),
        Alert(
            f"{name}Fails", WARNING, f"{grown(badly, '30m')} unless {grown(well, '30m')}",
            f"{what} fails", "daily-run",
            {
                f'loanflow_grpc_calls_total{series}"OK"}}': grows(1, 0),
                f'loanflow_grpc_calls_total{series}"UNAVAILABLE"}}': grows(0, 1),
            },
            minutes=15, phases=(60, 90, 60), follows=(f"{name}Late",),
        ),
    )  # fmt: skip


ALERTS: tuple[Alert, ...] = (
    *_daily("DailyRun", "repayment", "RunDaily", "the daily run of the loans"),
    *_daily("Screening", "kyc", "RunScreening", "the daily screening of customers"),
    Alert(
        "PayoutsFailed", WARNING, grown("loanflow_payouts_failed_total", "30m"),
        "payouts failed, and wait for somebody", "payouts",
        {f'loanflow_payouts_failed_total{{failure="ACCOUNT_INVALID", {_ACTIVATION}}}': grows(None, 0.1)}, minutes=0,
        phases=(30, 30, 60),
    ),
    Alert(
        "PayoutDisputed", CRITICAL, grown("loanflow_payouts_disputed_total", "6h"),
        "the bank made a payment that it had said it would not make", "payouts",
        {f"loanflow_payouts_disputed_total{{{_ACTIVATION}}}": grows(0, 0.1)}, minutes=0, phases=(30, 30, 500),
    ),
    Alert(
        "BankUnclear", WARNING,
        'sum(rate(loanflow_bank_answers_total{outcome="unclear"}[10m])) / sum(rate(loanflow_bank_answers_total[10m]))'
        " > 0.2",
        "the bank's answers are unclear: payouts wait until it says what became of them", "payouts",
        {
            f'loanflow_bank_answers_total{{outcome="unclear", {_BANK}}}': grows(0, 5),
            f'loanflow_bank_answers_total{{outcome="taken", {_BANK}}}': grows(10, 2),
        },
        minutes=10, follows=("ProviderDown",),
    ),
    Alert(
        "SigningUnclear", WARNING,
        'sum(rate(loanflow_signing_calls_total{answer=~"unclear|untaken"}[10m]))'
        " / sum(rate(loanflow_signing_calls_total[10m])) > 0.2",
        "the answers of a provider of signatures are unclear: what is to be signed there waits", "signing",
        {
            f'loanflow_signing_calls_total{{answer="unclear", provider="DocuSign", {_AGREEMENT}}}': grows(0, 5),
            f'loanflow_signing_calls_total{{answer="answered", provider="DocuSign", {_AGREEMENT}}}': grows(10, 2),
        },
        minutes=10, follows=("ProviderDown",),
    ),
    Alert(
        # An envelope lives for seven days; then its provider says that it is over, if it says anything.
        "SigningOverdue", WARNING, "max(loanflow_signing_oldest_sent_seconds) > 691200",
        "an envelope is past its time, and its provider does not say what became of it", "signing",
        {f"loanflow_signing_oldest_sent_seconds{{{_AGREEMENT}}}": stands(3600, 700_000)}, minutes=5,
    ),
    Alert(
        "SigningRejected", WARNING, grown('loanflow_signing_sessions_total{status="REJECTED"}', "6h"),
        "what was signed at a provider is not taken, and somebody believes that they have signed", "signing",
        {f'loanflow_signing_sessions_total{{status="REJECTED", provider="DOCUSIGN", {_AGREEMENT}}}': grows(None, 0.1)},
        minutes=0, phases=(30, 30, 500),
    ),
    Alert(
        "MessagesHeldUp", WARNING, "max by (channel) (loanflow_messages_held_up_seconds) > 900",
        "{channel}: no message goes out, as what it needs is out of reach or refuses the lender", "messages",
        {f"loanflow_messages_held_up_seconds{{{_MAIL}}}": stands(0, 3600)}, {"channel": "EMAIL"},
        follows=("ProviderDown", "RedisDown", "ServiceDown"),
    ),
    Alert(
        # A provider says of many only later that they came back; each was SENT before.
        "MessagesLost", WARNING,
        f"sum by (channel) (increase({ARE_LOST}[1h])) / (sum by (channel) (increase({ARE_OVER}[1h])) > 20) > 0.2",
        "{channel}: one in five messages does not arrive", "messages",
        {
            f'loanflow_messages_total{{status="SENT", {_MAIL}}}': grows(10, 6),
            f'loanflow_messages_total{{status="FAILED", {_MAIL}}}': grows(0, 3),
            f'loanflow_messages_total{{status="BOUNCED", {_MAIL}}}': grows(0.1, 1),
        },
        {"channel": "EMAIL"}, minutes=15, phases=(60, 90, 120),
    ),
    Alert(
        "RefusalNoticesLate", CRITICAL, "max(loanflow_risk_notices_late) > 0",
        "notices of refusals are past their legal time and not delivered", "refusal-notices",
        {'loanflow_risk_notices_late{service="risk", job="services", instance="risk:1"}': stands(0, 2)}, minutes=5,
    ),
    Alert(
        "DecisionsLate", WARNING, "max(loanflow_risk_decisions_late) > 0",
        "customers are owed an answer to their applications, which are not decided", "refusal-notices",
        {'loanflow_risk_decisions_late{service="risk", job="services", instance="risk:1"}': stands(0, 1)}, minutes=5,
    ),
    Alert(
        "RefusalReviewsOverdue", CRITICAL, "max(loanflow_risk_reviews_overdue) > 0",
        "reviews of refusals should have been answered", "refusal-reviews",
        {'loanflow_risk_reviews_overdue{service="risk", job="services", instance="risk:1"}': stands(0, 1)}, minutes=5,
    ),
    Alert(
        "RefusalReviewsWait", WARNING, f"max(loanflow_risk_review_oldest_seconds) > {21 * 86400}",
        "a review of a refusal has waited for three weeks, and is owed soon", "refusal-reviews",
        {
            'loanflow_risk_review_oldest_seconds{service="risk", job="services", instance="risk:1"}': stands(
                86400, 22 * 86400
            )
        },
        minutes=5, follows=("RefusalReviewsOverdue",),
    ),
    Alert(
        "FilesNotScanned", WARNING, grown("loanflow_files_quarantined_total", "15m", "service"),
        "{service}: uploads wait in quarantine, as the virus scanner is away", "scanner",
        {'loanflow_files_quarantined_total{service="document", job="services", instance="document:1"}': grows(0, 2)},
        {"service": "document"},
    ),
    Alert(
        "FilesChanged", CRITICAL, grown("loanflow_files_changed_total", "6h", "service"),
        "{service}: a stored file is not what was recorded", "tampering",
        {'loanflow_files_changed_total{service="agreement", job="services", instance="agreement:1"}': grows(0, 0.1)},
        {"service": "agreement"}, minutes=0, phases=(30, 30, 500),
    ),
    Alert(
        "AccountMailsUnreadable", WARNING, grown("loanflow_account_mails_unreadable_total", "6h", "service"),
        "{service}: a mail is set aside, as whom it goes to cannot be opened", "tampering",
        {'loanflow_account_mails_unreadable_total{service="auth", job="services", instance="auth:1"}': grows(0, 0.1)},
        {"service": "auth"}, minutes=0, phases=(30, 30, 500),
    ),
    Alert(
        "AuditChainStuck", CRITICAL, "time() - max by (service) (loanflow_audit_chain_round_time_seconds) > 300",
        "{service}: changes are not added to its audit chain", "audit-chain",
        {
            'loanflow_audit_chain_round_time_seconds{service="kyc", job="services", instance="kyc:1"}': grows(60, 0)
        },
        {"service": "kyc"}, phases=(30, 60, 0), faults=("PostgreSQL away", "PostgreSQL frozen"),
        follows=("StoreDown",),
    ),
    Alert(
        "AuditNotAnchored", WARNING,
        # A replica that was started since and anchored once for all has done its work, and its figure stands still.
        "sum by (service) (increase(loanflow_audit_chained_total[30m])) > 0"
        " unless sum by (service) (changes(loanflow_audit_anchored_sequence[30m])) > 0"
        " unless count by (service) (loanflow_audit_anchored_sequence unless loanflow_audit_anchored_sequence offset"
        " 30m)",
        "{service}: the heads of its audit chain are not kept outside of its database", "audit-chain",
        {
            'loanflow_audit_chained_total{service="kyc", job="services", instance="kyc:1"}': grows(3, 3),
            'loanflow_audit_anchored_sequence{service="kyc", job="services", instance="kyc:1"}': grows(3, 0),
        },
        {"service": "kyc"}, minutes=15, phases=(60, 120, 60), faults=("broker away",),
        follows=("BrokerDown",),
    ),
    Alert(
        "AuditViolations", CRITICAL, "sum by (letter) (loanflow_audit_violations) > 0",
        "the audit found that guarantee {letter} does not hold", "tampering",
        {f'loanflow_audit_violations{{letter="M", job="{AUDIT}", instance="a:1"}}': stands(0, 1)}, {"letter": "M"},
    ),
    Alert(
        "AuditOld", WARNING, "time() - max(loanflow_audit_end_time_seconds) > 86400",
        "no audit ended for a day", "audit-chain",
        {f'loanflow_audit_end_time_seconds{{job="{AUDIT}", instance="a:1"}}': grows(60, 0)}, minutes=40,
        phases=(400, 1800, 0), step=20,
    ),
    Alert(
        "AuditFails", WARNING, grown("loanflow_audit_failures_total", "2h"),
        "the audit cannot be ended", "audit-chain",
        {f'loanflow_audit_failures_total{{job="{AUDIT}", instance="a:1"}}': grows(0, 0.1)}, minutes=0,
        phases=(30, 30, 150),
    ),
)  # fmt: skip
