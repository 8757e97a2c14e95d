"""What is measured of signings at providers."""

from datetime import datetime

from prometheus_client import Counter, Gauge

from services.agreement.events import SigningMethod
from services.agreement.sessions import SigningSessionStatus

_SESSIONS = Counter(
    "loanflow_signing_sessions", "Signings at providers of signatures by how far they came.", ["provider", "status"]
)
_REPORTS = Counter("loanflow_signing_reports", "What providers of signatures called back.", ["provider", "outcome"])
_OLDEST = Gauge("loanflow_signing_oldest_sent_seconds", "Age of the oldest envelope that is not over, or not fetched.")


def count_session(provider: SigningMethod, status: SigningSessionStatus) -> None:
    """Counts a signing that came so far."""
    _SESSIONS.labels(provider.name, status.name).inc()


def count_report(provider: SigningMethod, *, changed: bool) -> None:
    """Counts what a provider called back: whether it said what was not known."""
    _REPORTS.labels(provider.name, "taken" if changed else "repeated").inc()


def note_oldest(since: datetime | None, now: datetime) -> None:
    """Notes since when the oldest envelope waits."""
    _OLDEST.set(0 if since is None else (now - since).total_seconds())
