"""Alerts about what the services stand on: stores, broker, key service, certificates, disks, backups, and ourselves.

Parts are asked from outside (blackbox_exporter), the machine by node_exporter, which also passes the archiver's figures
on.
"""

from stack.observability.alert import (
    ALERTMANAGER,
    CRITICAL,
    MACHINE,
    PARTS,
    PROMETHEUS,
    WARNING,
    Alert,
    grown,
    grows,
    stands,
)

_DISK = f'job="{MACHINE}", instance="m:1", mountpoint="/var", device="/dev/vda", fstype="ext4"'
# What is in memory, or read only, does not fill up.
_REAL = 'fstype!~"tmpfs|ramfs|squashfs|iso9660"'
_FREE = f"node_filesystem_avail_bytes{{{_REAL}}} / node_filesystem_size_bytes{{{_REAL}}}"
_DISK_LABELS = {"job": MACHINE, "instance": "m:1", "mountpoint": "/var", "device": "/dev/vda", "fstype": "ext4"}
_GB = 1024.0**3
# Certificates are issued for four hours and more, and renewed long before the last of them.
CERTIFICATE_SECONDS = 45 * 60


def _down(name: str, severity: str, parts: str, summary: str, runbook: str, part: str, *faults: str) -> Alert:
    return Alert(
        name, severity, f'max by (part) (probe_success{{job="{PARTS}", part=~"{parts}"}}) == 0', summary, runbook,
        {f'probe_success{{job="{PARTS}", part="{part}", instance="{part}:1"}}': stands(1, 0)}, {"part": part},
        faults=faults,
    )  # fmt: skip


ALERTS: tuple[Alert, ...] = (
    _down(
        "StoreDown", CRITICAL, "postgres|mongo|s3", "{part} does not answer: what is kept there cannot be read",
        "part-down", "postgres", "PostgreSQL killed", "PostgreSQL away", "PostgreSQL frozen", "MongoDB killed",
        "MongoDB frozen", "object store away", "disk full under PostgreSQL", "disk full under the object store",
    ),
    _down(
        "BrokerDown", CRITICAL, "kafka.*|registry", "{part} does not answer: events wait in the outboxes", "part-down",
        "kafka", "broker killed", "broker away", "broker frozen", "registry away",
    ),
    _down(
        "RedisDown", WARNING, "redis", "{part} does not answer: nobody follows live, and mails are not limited",
        "part-down", "redis", "Redis away", "Redis frozen",
    ),
    _down(
        "KeyServiceDown", CRITICAL, "openbao",
        "{part} does not answer, or is sealed: certificates and keys are not renewed", "key-service", "openbao",
    ),
    _down(
        "TelemetryDown", WARNING, "collector", "{part} does not answer: logs wait in their files, spans are lost",
        "monitoring", "collector",
    ),
    _down(
        "ProviderDown", WARNING, "bank|mail|providers", "{part} does not answer: its work waits", "part-down", "bank",
    ),
    Alert(
        "CertificateEnds", CRITICAL,
        f"min by (part) (probe_ssl_earliest_cert_expiry) - time() < {CERTIFICATE_SECONDS}",
        "{part} shows a certificate that ends within the hour, and was not renewed", "certificate",
        {
            f'probe_ssl_earliest_cert_expiry{{job="{PARTS}", part="kafka", instance="kafka:1"}}': stands(14_400e3, 600)
        },
        {"part": "kafka"}, minutes=5, phases=(60, 120, 60),
    ),
    Alert(
        "DiskNearlyFull", CRITICAL, f"{_FREE} < 0.05",
        "{mountpoint} is full but for a twentieth", "disk-full",
        {
            f"node_filesystem_avail_bytes{{{_DISK}}}": stands(40 * _GB, 2 * _GB),
            f"node_filesystem_size_bytes{{{_DISK}}}": stands(100 * _GB, 100 * _GB),
        },
        _DISK_LABELS, minutes=2,
        faults=("disk full under PostgreSQL", "disk full under the broker", "disk full under the object store"),
    ),
    Alert(
        "DiskFills", WARNING,
        # Of the first minutes of figures a day cannot be foretold.
        f"predict_linear(node_filesystem_avail_bytes{{{_REAL}}}[1h], 86400) < 0 and {_FREE} < 0.3"
        f" and node_filesystem_avail_bytes{{{_REAL}}} offset 1h",
        "{mountpoint} will be full within a day", "disk-full",
        {
            f"node_filesystem_avail_bytes{{{_DISK}}}": stands(25 * _GB, 15 * _GB),
            f"node_filesystem_size_bytes{{{_DISK}}}": stands(100 * _GB, 100 * _GB),
        },
        _DISK_LABELS, minutes=0, phases=(60, 20, 180), follows=("DiskNearlyFull",),
    ),
    Alert(
        "MachineMemoryShort", WARNING, "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.05",
        "{instance} has nearly no memory left", "out-of-resources",
        {
            f'node_memory_MemAvailable_bytes{{job="{MACHINE}", instance="m:1"}}': stands(4 * _GB, 0.2 * _GB),
            f'node_memory_MemTotal_bytes{{job="{MACHINE}", instance="m:1"}}': stands(16 * _GB, 16 * _GB),
        },
        {"job": MACHINE, "instance": "m:1"}, minutes=5, faults=("out of memory",),
    ),
    Alert(
        "ClockWrong", CRITICAL, "abs(node_time_seconds - time()) > 120",
        "the clock of {instance} is wrong: tokens, leases and deadlines with it", "clock",
        # A trial begins in 1970.
        {f'node_time_seconds{{job="{MACHINE}", instance="m:1"}}': grows(60, 7200)},
        {"job": MACHINE, "instance": "m:1"}, minutes=2, phases=(30, 60, 0),
        faults=("clock two hours ahead, then behind",),
    ),
    Alert(
        "BackupOld", CRITICAL, "time() - max(loanflow_backup_until_time_seconds) > 300",
        "nothing was backed up for five minutes: that much would be lost", "backup-old",
        {f'loanflow_backup_until_time_seconds{{job="{MACHINE}", instance="m:1"}}': grows(60, 0)}, minutes=2,
        phases=(30, 60, 0),
    ),
    Alert(
        "PartsUnseen", CRITICAL, f'absent(up{{job="{PARTS}"}} == 1)',
        "nobody asks the parts: of one that is away nobody is told", "monitoring",
        {f'up{{job="{PARTS}", instance="postgres:1"}}': stands(1, 0)}, minutes=2,
    ),
    Alert(
        "MachineUnseen", CRITICAL, f'count(up{{job="{MACHINE}"}} == 0) > 0 or absent(up{{job="{MACHINE}"}})',
        "nobody looks at the disks, memory, clock and backup of a machine", "monitoring",
        {f'up{{job="{MACHINE}", instance="m:1"}}': stands(1, 0)}, minutes=2,
    ),
    Alert(
        "PageNotDelivered", CRITICAL, grown("prometheus_notifications_dropped_total", "15m"),
        "alerts are made and reach nobody", "monitoring",
        {f'prometheus_notifications_dropped_total{{job="{PROMETHEUS}", instance="p:1"}}': grows(0, 5)},
    ),
    Alert(
        # Of others there may be pages still: one that PagerDuty refuses is not sent again.
        "PageRefused", CRITICAL, grown("alertmanager_notifications_failed_total", "15m", "integration"),
        "pages of alerts did not get to {integration}", "monitoring",
        {
            f'alertmanager_notifications_failed_total{{job="{ALERTMANAGER}", instance="a:1", integration="pagerduty",'
            ' reason="clientError"}': grows(0, 2)
        },
        {"integration": "pagerduty"},
    ),
    Alert(
        "RulesFail", CRITICAL, "sum(increase(prometheus_rule_evaluation_failures_total[15m])) > 0",
        "alerts cannot be made: their rules fail", "monitoring",
        {f'prometheus_rule_evaluation_failures_total{{job="{PROMETHEUS}", rule_group="r"}}': grows(0, 4)},
    ),
)  # fmt: skip
