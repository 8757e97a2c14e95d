"""The lines of a loan's timeline, and the reports that they are made of; pure."""

from dataclasses import dataclass
from datetime import datetime

from services.application.status import ApplicationStatus


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: who did what, in which service, and what it changed."""

    number: int
    time: datetime
    service: str
    what: str
    who: str
    from_status: ApplicationStatus
    to_status: ApplicationStatus
    why: str
    correlation_id: str


@dataclass(frozen=True)
class Report:
    """What happened to a loan, as this service did it or another one reports it."""

    time: datetime
    service: str
    what: str
    who: str
    why: str
    correlation_id: str
