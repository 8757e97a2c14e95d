"""What an SRE looks at: eight boards of panels, each of a query that tests hold against what is really exposed."""

from dataclasses import dataclass

from stack.observability import slo
from stack.observability.alert import SERVICES
from stack.observability.money import ARE_LOST, ARE_OVER
from stack.observability.parts import CERTIFICATE_SECONDS

SECONDS, RATE, SHARE, COUNT, BYTES, EVENTS = "s", "reqps", "percentunit", "short", "bytes", "cps"
_EDGE = '{envoy_http_conn_manager_prefix="edge"}'
_CALLS = "loanflow_grpc_calls_total"


@dataclass(frozen=True)
class Panel:
    """A picture of one query; `legend` names a line by labels, as Grafana writes them. `line` is where it gets bad."""

    title: str
    query: str
    unit: str
    legend: str = "{{service}}"
    line: float | None = None


@dataclass(frozen=True)
class Board:
    """One page of panels; `name` is in its address."""

    name: str
    title: str
    panels: tuple[Panel, ...]


def _quantile(share: float, metric: str, by: str, window: str = "5m", where: str = "") -> str:
    return f"histogram_quantile({share}, sum by ({by}, le) (rate({metric}_bucket{where}[{window}])))"


def _rate(metric: str, by: str, window: str = "5m") -> str:
    return f"sum by ({by}) (rate({metric}[{window}]))"


def _coded(codes: str) -> str:
    return _rate(f'{_CALLS}{{code=~"{codes}"}}', "service")


def _events(*types: str) -> str:
    kinds = "|".join(types).replace(".", "\\\\.")
    return (
        f'sum by (type) (increase(loanflow_events_received_total{{type=~"{kinds}", outcome="applied",'
        ' service="notification"}[1h]))'
    )


def _method(service: str, method: str, window: str = "1h") -> str:
    path = f"/loanflow.{service}.v1.{service.capitalize()}Service/{method}"
    return f'sum by (code) (increase({_CALLS}{{method="{path}"}}[{window}]))'


PLATFORM = Board("platform", "Platform", (
    Panel("Calls a second", _rate(_CALLS, "service"), RATE),
    Panel("Calls that failed", _coded(slo.FAILED), RATE),
    Panel("99 of 100 calls took at most", _quantile(0.99, "loanflow_grpc_call_seconds", "service"), SECONDS, line=0.8),
    Panel("95 of 100 calls took at most", _quantile(0.95, "loanflow_grpc_call_seconds", "service"), SECONDS, line=0.3),
    Panel("Ten busiest RPCs", f"topk(10, {_rate(_CALLS, 'method')})", RATE, "{{method}}"),
    Panel("Ten slowest RPCs, p99", f"topk(10, {_quantile(0.99, 'loanflow_grpc_call_seconds', 'method')})", SECONDS,
          "{{method}}"),
    Panel("Journeys: share of calls that failed, 1 h", slo.share("failed", "1h"), SHARE, "{{journey}}"),
    Panel("Journeys: how fast the error budget burns, 1 h",
          f"{slo.share('failed', '1h')} / loanflow:journey_failed_budget:ratio", COUNT, "{{journey}}", 14.4),
    Panel("Journeys: how fast the latency budget burns, 1 h",
          f"{slo.share('slow', '1h')} / loanflow:journey_slow_budget:ratio", COUNT, "{{journey}}", 14.4),
    Panel("Journeys: what is left of the error budget of three days",
          f"1 - {slo.share('failed', '3d')} / loanflow:journey_failed_budget:ratio", SHARE, "{{journey}}", 0),
    Panel("Processor", f'sum by (service) (rate(process_cpu_seconds_total{{job="{SERVICES}"}}[5m]))', COUNT),
    Panel("Memory", f'max by (service) (process_resident_memory_bytes{{job="{SERVICES}"}})', BYTES),
    Panel("Open files, of those allowed", "max by (service) (process_open_fds / process_max_fds)", SHARE, line=0.8),
    Panel("Ready", "min by (service) (loanflow_ready)", COUNT),
))  # fmt: skip
EVENTS_BOARD = Board("events", "Events", (
    Panel("Published a second", _rate("loanflow_outbox_published_total", "service"), EVENTS),
    Panel("Handled a second", _rate("loanflow_events_received_total", "service"), EVENTS),
    Panel("From commit to handling, p99", _quantile(0.99, "loanflow_event_seconds", "service"), SECONDS, line=0.05),
    Panel("From event to acknowledgement, p99", _quantile(0.99, "loanflow_outbox_publish_seconds", "service"), SECONDS),
    Panel("Wait in the outbox", "max by (service) (loanflow_outbox_rows)", COUNT),
    Panel("Oldest in the outbox", "max by (service) (loanflow_outbox_oldest_seconds)", SECONDS, line=60),
    Panel("Refused by the broker for good", "max by (service) (loanflow_outbox_refused)", COUNT),
    Panel("Not taken by the broker, sent again", _rate("loanflow_outbox_failed_total", "service"), EVENTS),
    Panel("Lag", "sum by (service) (loanflow_consumer_lag)", COUNT, line=10_000),
    Panel("Since something was handled, while there is something",
          "max by (service) (loanflow_consumer_stalled_seconds)", SECONDS, line=120),
    Panel("Partitions held", "sum by (service) (loanflow_consumer_partitions)", COUNT),
    Panel("Parked", "max by (service) (loanflow_events_parked)", COUNT),
    Panel("Dead letters that wait", "max by (service) (loanflow_dead_letters)", COUNT),
    Panel("Dead letters, an hour", "sum by (service, type) (increase(loanflow_events_dead_lettered_total[1h]))", COUNT,
          "{{service}} {{type}}"),
    Panel("Attempts that a part failed", _rate("loanflow_events_retried_total", "service"), EVENTS),
    Panel("Outcomes", _rate("loanflow_events_received_total", "outcome"), EVENTS, "{{outcome}}"),
))  # fmt: skip
EDGE_BOARD = Board("edge", "Edge", (
    Panel("Answers by class", _rate(f"envoy_http_downstream_rq_xx{_EDGE}", "envoy_response_code_class"), RATE,
          "{{envoy_response_code_class}}xx"),
    Panel("Time of a request, p99, ms",
          _quantile(0.99, "envoy_http_downstream_rq_time", "envoy_http_conn_manager_prefix", where=_EDGE), "ms",
          "{{envoy_http_conn_manager_prefix}}", 800),
    Panel("Beyond what a caller may", "sum(rate(envoy_http_local_rate_limit_rate_limited[5m]))", RATE, "limited"),
    Panel("Refused as services are slow",
          f"sum(rate(envoy_http_adaptive_concurrency_gradient_controller_rq_blocked{_EDGE}[5m]))", RATE, "refused"),
    Panel("Let through at the same time, at most",
          f"max(envoy_http_adaptive_concurrency_gradient_controller_concurrency_limit{_EDGE})", COUNT, "calls"),
    Panel("Tokens refused", f"sum(rate(envoy_http_jwt_authn_denied{_EDGE}[5m]))", RATE, "refused"),
    Panel("Refused for roles", f"sum(rate(envoy_http_rbac_denied{_EDGE}[5m]))", RATE, "refused"),
    Panel("Healthy replicas", "max by (envoy_cluster_name) (envoy_cluster_membership_healthy)", COUNT,
          "{{envoy_cluster_name}}"),
    Panel("Out of time", _rate("envoy_cluster_upstream_rq_timeout", "envoy_cluster_name"), RATE,
          "{{envoy_cluster_name}}"),
    Panel("Connections", f"sum(envoy_http_downstream_cx_active{_EDGE})", COUNT, "open"),
    Panel("Memory of the heap that is used",
          "max(envoy_overload_envoy_resource_monitors_fixed_heap_pressure) / 100", SHARE, "heap", 0.95),
))  # fmt: skip
STORES = Board("stores", "Stores and parts", (
    Panel("Parts that answer", 'max by (part) (probe_success{job="parts"})', COUNT, "{{part}}"),
    Panel("Time until they do", 'max by (part) (probe_duration_seconds{job="parts"})', SECONDS, "{{part}}"),
    Panel("Certificates end in", "min by (part) (probe_ssl_earliest_cert_expiry) - time()", SECONDS, "{{part}}",
          CERTIFICATE_SECONDS),
    Panel("Disk that is free", "node_filesystem_avail_bytes / node_filesystem_size_bytes", SHARE, "{{mountpoint}}",
          0.05),
    Panel("Memory that is free", "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", SHARE, "{{instance}}",
          0.05),
    Panel("Load", "node_load1", COUNT, "{{instance}}"),
    Panel("Age of the last backup", "time() - max(loanflow_backup_until_time_seconds)", SECONDS, "age", 300),
    Panel("Calls that a part failed", _coded("UNAVAILABLE"), RATE),
    Panel("How long the last audit took", "max(loanflow_audit_seconds)", SECONDS, "audit"),
    Panel("Data keys destroyed, an hour", "sum by (service) (increase(loanflow_data_keys_destroyed_total[1h]))", COUNT),
    Panel("Uploads in quarantine, an hour", "sum by (service) (increase(loanflow_files_quarantined_total[1h]))", COUNT),
))  # fmt: skip
MONEY = Board("money", "Money", (
    Panel("Payouts, an hour", _events("disbursement.initiated", "disbursement.completed", "disbursement.failed"), COUNT,
          "{{type}}"),
    Panel("Payouts that failed, by why", "sum by (failure) (increase(loanflow_payouts_failed_total[1d]))", COUNT,
          "{{failure}}"),
    Panel("Payouts disputed, a day", "sum(increase(loanflow_payouts_disputed_total[1d]))", COUNT, "disputed"),
    Panel("What the bank answers", _rate("loanflow_bank_answers_total", "call, outcome"), RATE,
          "{{call}} {{outcome}}"),
    Panel("Payments, an hour", _events("payment.received", "payment.verified", "payment.rejected", "payment.reversed"),
          COUNT, "{{type}}"),
    Panel("Overdue and repaid, an hour", _events("payment.overdue", "loan.fully.repaid"), COUNT, "{{type}}"),
    Panel("Daily run: its calls, a day", _method("repayment", "RunDaily", "1d"), COUNT, "{{code}}"),
    Panel("Screening: its calls, a day", _method("kyc", "RunScreening", "1d"), COUNT, "{{code}}"),
))  # fmt: skip
PIPELINE = Board("pipeline", "Pipeline of applications", (
    Panel("Applications, an hour", _events("application.created", "application.submitted", "application.withdrawn"),
          COUNT, "{{type}}"),
    Panel("KYC, an hour", _events("kyc.approved", "kyc.rejected", "kyc.information.requested"), COUNT, "{{type}}"),
    Panel("Risk, an hour", _events("risk.approved.for.discussion", "risk.rejected"), COUNT, "{{type}}"),
    Panel("Offers, an hour", _events("discussion.offer.sent", "discussion.offer.accepted", "discussion.offer.declined"),
          COUNT, "{{type}}"),
    Panel("Approval, an hour", _events("approval.final.approved", "approval.rejected"), COUNT, "{{type}}"),
    Panel("Agreements, an hour", _events("agreement.generated", "agreement.signed"), COUNT, "{{type}}"),
    Panel("Signings at providers, a day", "sum by (provider, status) (increase(loanflow_signing_sessions_total[1d]))",
          COUNT, "{{provider}} {{status}}"),
    Panel("What providers of signatures answer", _rate("loanflow_signing_calls_total", "provider, answer"), RATE,
          "{{provider}} {{answer}}"),
    Panel("What they call back, a day", "sum by (provider, outcome) (increase(loanflow_signing_reports_total[1d]))",
          COUNT, "{{provider}} {{outcome}}"),
    Panel("Age of the oldest envelope", "max(loanflow_signing_oldest_sent_seconds)", SECONDS, "age", 691_200),
    Panel("Loans, an hour", _events("loan.activated", "loan.cancelled"), COUNT, "{{type}}"),
    Panel("Ratings, a day", "sum by (rating) (increase(loanflow_risk_ratings_total[1d]))", COUNT, "{{rating}}"),
    Panel("Overrides, a day", "sum by (status) (increase(loanflow_risk_overrides_total[1d]))", COUNT, "{{status}}"),
    Panel("Median score, a day", _quantile(0.5, "loanflow_risk_score", "scorecard", "1d"), COUNT, "{{scorecard}}"),
    Panel("Answers of the credit bureau, a day", "sum by (answer) (increase(loanflow_bureau_inquiries_total[1d]))",
          COUNT, "{{answer}}"),
    Panel("Cost of the credit bureau, a day", "sum by (currency) (increase(loanflow_bureau_cost_total[1d]))", COUNT,
          "{{currency}}"),
    Panel("Bank statements, a day", "sum by (answer) (increase(loanflow_income_statements_total[1d]))", COUNT,
          "{{answer}}"),
    Panel("Notices of refusals that are late", "max(loanflow_risk_notices_late)", COUNT, "late", 1),
    Panel("Decisions that the law wants by now", "max(loanflow_risk_decisions_late)", COUNT, "late", 1),
    Panel("Reviews of refusals that are overdue", "max(loanflow_risk_reviews_overdue)", COUNT, "overdue", 1),
    Panel("Days that the oldest review waits", "max(loanflow_risk_review_oldest_seconds) / 86400", COUNT, "days", 21),
    Panel("Drift of the scores of three months",
          "max by (scorecard, role) (loanflow_risk_stability_index)", COUNT, "{{scorecard}} {{role}}", 0.25),
    Panel("Drift by band of scores", 'max by (from_score) (loanflow_risk_stability_band{role="champion"})', COUNT,
          "from {{from_score}}"),
    Panel("Drift by characteristic",
          'max by (characteristic) (loanflow_risk_characteristic_index{role="champion"})', COUNT, "{{characteristic}}",
          0.25),
    Panel("Share of applications that lack a characteristic",
          'max by (characteristic) (loanflow_risk_characteristic_missing_share{role="champion"})', COUNT,
          "{{characteristic}}"),
    Panel("Bad loans above what was predicted, points",
          "max by (scorecard, role) (loanflow_risk_outcome_gap_points)", COUNT, "{{scorecard}} {{role}}", 5),
    Panel("How well good loans are told from bad (AUC)", "min by (scorecard, role) (loanflow_risk_outcome_auc)", COUNT,
          "{{scorecard}} {{role}}", 0.73),
    Panel("Applications scored in three months", "max by (scorecard, role) (loanflow_risk_scored)", COUNT,
          "{{scorecard}} {{role}}"),
    Panel("Loans whose outcome was looked at", "max by (scorecard, role) (loanflow_risk_outcome_loans)", COUNT,
          "{{scorecard}} {{role}}"),
    Panel("Collateral that is due for a valuation", "max(loanflow_risk_revaluations_due)", COUNT, "due"),
    Panel("Days that the first has been due", "max(loanflow_risk_revaluation_overdue_days)", COUNT, "days", 14),
))  # fmt: skip
MESSAGES = Board("messages", "Messages to customers", (
    Panel("Messages, an hour", "sum by (channel, status) (increase(loanflow_messages_total[1h]))", COUNT,
          "{{channel}} {{status}}"),
    Panel("Of those that were sent or given up, an hour: lost, or came back",
          f"sum by (channel) (increase({ARE_LOST}[1h])) / sum by (channel) (increase({ARE_OVER}[1h]))", SHARE,
          "{{channel}}", 0.2),
    Panel("For how long none goes out", "max by (channel) (loanflow_messages_held_up_seconds)", SECONDS, "{{channel}}",
          900),
    Panel("What customers are told of: events, an hour",
          'sum by (outcome) (increase(loanflow_events_received_total{service="notification"}[1h]))', COUNT,
          "{{outcome}}"),
))  # fmt: skip
MESH = Board("mesh", "Mesh", (
    Panel("From the edge to each service", _rate("envoy_cluster_upstream_rq_total", "envoy_cluster_name"), RATE,
          "{{envoy_cluster_name}}"),
    Panel("All calls of each service", _rate(_CALLS, "service"), RATE),
    Panel("Calls that may not be made", _coded("PERMISSION_DENIED"), RATE),
    Panel("Calls of nobody known", _coded("UNAUTHENTICATED"), RATE),
    Panel("Calls beyond what is allowed", _coded("RESOURCE_EXHAUSTED"), RATE),
    Panel("Connections from the edge", "sum by (envoy_cluster_name) (envoy_cluster_upstream_cx_active)", COUNT,
          "{{envoy_cluster_name}}"),
    Panel("Connections that the edge could not open", _rate("envoy_cluster_upstream_cx_connect_fail",
                                                            "envoy_cluster_name"), RATE, "{{envoy_cluster_name}}"),
    Panel("Audit rows chained a second", _rate("loanflow_audit_chained_total", "service"), EVENTS),
    Panel("Audit rows that no search finds yet", "max by (service) (loanflow_audit_index_waiting_rows)", COUNT),
    Panel("Searches of the trail without the engine, an hour",
          "sum by (service) (increase(loanflow_audit_search_degraded_total[1h]))", COUNT),
))  # fmt: skip

BOARDS = (PLATFORM, EVENTS_BOARD, EDGE_BOARD, STORES, MONEY, PIPELINE, MESSAGES, MESH)
