"""Alerts about processes: those that are away, not to be used, short of something, and what was not taken up."""

from services.catalog import SERVICES as CATALOG
from stack.mesh.workloads import RESOURCES
from stack.observability.alert import CRITICAL, SERVICES, WARNING, Alert, grown, grows, stands

_OF = {"service": "kyc"}
_KYC = 'service="kyc", job="services", instance="kyc:1"'
# What a pod may have, in MiB; beyond it the process is killed.
_LIMIT = int(str(RESOURCES["limits"]["memory"]).removesuffix("Mi"))

ALERTS: tuple[Alert, ...] = (
    Alert(
        "ServiceDown", CRITICAL, f'max by (service) (up{{job="{SERVICES}"}}) == 0',
        "{service}: no replica of it answers", "service-down",
        {f"up{{{_KYC}}}": stands(1, 0)}, _OF,
        faults=(
            "services killed", "out of memory", "members killed", "relay past its lease",
            "consumers past their session", "a backlog of a hundred thousand events",
        ),
    ),
    Alert(
        "ServiceUnknown", CRITICAL,
        f'(count(count by (service) (up{{job="{SERVICES}"}})) or vector(0)) < {len(CATALOG)}',
        "nobody looks at one of the services", "monitoring",
        {
            f'up{{service="{each.name}", job="{SERVICES}", instance="{each.name}:1"}}': stands(
                1, None if each.name == "kyc" else 1
            )
            for each in CATALOG
        },
        minutes=10,
    ),
    Alert(
        "ServiceNotReady", CRITICAL, "max by (service) (loanflow_ready) == 0",
        "{service}: it runs and says that it is not to be used", "service-down",
        {f"loanflow_ready{{{_KYC}}}": stands(1, 0)}, _OF, minutes=2, faults=("consumers past their session",),
        follows=("StoreDown", "BrokerDown"),
    ),
    Alert(
        "ServiceRestarts", WARNING,
        f'max by (service) (changes(process_start_time_seconds{{job="{SERVICES}"}}[15m])) > 2',
        "{service}: it is started again and again", "service-down",
        {f"process_start_time_seconds{{{_KYC}}}": grows(0, 60)}, _OF, minutes=0,
        faults=("services killed", "members killed"), follows=("ServiceDown",),
    ),
    Alert(
        "FilesShort", WARNING, "max by (service) (process_open_fds / process_max_fds) > 0.8",
        "{service}: it has nearly as many files and connections open as it may", "out-of-resources",
        {f"process_open_fds{{{_KYC}}}": stands(120, 1000), f"process_max_fds{{{_KYC}}}": stands(1024, 1024)}, _OF,
        minutes=2, faults=("out of file descriptors",),
    ),
    Alert(
        "MemoryNearLimit", WARNING,
        f'max by (service) (process_resident_memory_bytes{{job="{SERVICES}"}}) > {0.9 * _LIMIT:g} * 1024 * 1024',
        "{service}: it has nearly as much memory as its pod may", "out-of-resources",
        {f"process_resident_memory_bytes{{{_KYC}}}": stands(150e6, 520e6)}, _OF, minutes=5, faults=("out of memory",),
    ),
    Alert(
        "LogLinesLost", WARNING, grown("loanflow_log_lines_dropped_total", "15m", "service"),
        "{service}: lines of its log are lost, as no one takes them in time", "monitoring",
        {f"loanflow_log_lines_dropped_total{{{_KYC}}}": grows(0, 50)}, _OF, faults=("no one reads the logs",),
    ),
    Alert(
        "SettingsRefused", WARNING, grown("loanflow_dynamic_settings_refused_total", "15m", "service"),
        "{service}: it refused the newest dynamic settings and goes by those before", "dynamic-settings",
        {f"loanflow_dynamic_settings_refused_total{{{_KYC}}}": grows(0, 1)}, _OF,
    ),
    Alert(
        "SettingsDiffer", WARNING,
        "max(loanflow_dynamic_settings_version) - min(loanflow_dynamic_settings_version) > 0",
        "replicas go by different versions of the dynamic settings", "dynamic-settings",
        {
            f"loanflow_dynamic_settings_version{{{_KYC}}}": stands(4, 4),
            'loanflow_dynamic_settings_version{service="risk", job="services"}': stands(4, 5),
        },
        minutes=10,
    ),
    Alert(
        "SearchDegraded", WARNING,
        "rate(loanflow_search_degraded_total[10m]) > 0",
        "the database answers searches in place of the engine", "search",
        {'loanflow_search_degraded_total{service="risk", job="services", instance="risk:1"}': grows(0, 3)},
        {"service": "risk", "job": "services", "instance": "risk:1"}, minutes=10,
    ),
    Alert(
        "AuditIndexBehind", WARNING, "time() - max by (service) (loanflow_audit_index_round_time_seconds) > 600",
        "{service}: what it audits is not found by searches of the trail", "search",
        {f"loanflow_audit_index_round_time_seconds{{{_KYC}}}": grows(60, 0)}, _OF, phases=(30, 60, 0),
        follows=("StoreDown",),
    ),
)  # fmt: skip
