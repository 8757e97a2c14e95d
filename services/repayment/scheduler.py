"""`python -m services.repayment.scheduler --date 2030-06-15`: has the daily run of a business date done to its end."""

import sys
from dataclasses import dataclass

import grpc

from loanflow.repayment.v1 import loan_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.repayment.v1.repayment_service_pb2_grpc import RepaymentServiceStub
from services.runtime.calling.timed_job import MeshSettings, TimedJob


@dataclass(frozen=True)
class PeersSettings:
    """Where the service is, as `host:port`."""

    repayment: str


@dataclass(frozen=True)
class Settings:
    """All settings of the command."""

    peers: PeersSettings
    server: MeshSettings


def call(channel: grpc.Channel, business_date: str) -> loan_pb2.DailyRun:
    """Has a part of the loans worked on."""
    return RepaymentServiceStub(channel).RunDaily(pb.RunDailyRequest(business_date=business_date)).daily_run


DAILY_RUN = TimedJob(
    "repayment", "daily run", Settings, lambda settings: settings.peers.repayment, call,
    counts={
        "loans_done": "loans with news",
        "instalments_overdue": "instalments newly overdue",
        "late_fees_charged": "late fees",
        "reminders_made": "reminders",
    },
    standing={"loans_failed": "loans that failed"},
    failed="loans_failed",
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(DAILY_RUN.main(sys.argv[1:]))
