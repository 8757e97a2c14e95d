"""What the use cases need of the store."""

from dataclasses import dataclass

from services.risk.model import RiskRating, RiskStatus


@dataclass(frozen=True)
class ReportFilter:
    """Which reports a search finds: those that fit all that is given; scores are inclusive, `query` is words."""

    query: str = ""
    status: RiskStatus | None = None
    rating: RiskRating | None = None
    min_score: int | None = None
    max_score: int | None = None
    facility_type: str = ""
