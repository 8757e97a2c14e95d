"""What is counted of all assessments: their scores, the bands that they fell into, and their overrides."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, case, column, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSONB

from services.risk.tables import reports
from services.runtime.stores.postgres import Postgres


class Scores:
    """The scores of all assessments, for what is measured of them."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    def since(self, at: datetime) -> list[tuple[str, str, str, int]]:
        """Application, role (champion, challenger), version of the table, and score, of what was assessed since."""
        kept = reports.c.assessment
        beside = kept["challenger"]
        query = select(
            reports.c.application_id, kept["scorecard_version"].astext, reports.c.score,
            beside["scorecard_version"].astext, beside["score"].astext,
        ).where(reports.c.score.is_not(None), reports.c.latest_time >= at)  # fmt: skip
        with self._database.transaction() as transaction:
            rows = transaction.connection.execute(query).all()
        champions = [(row[0], "champion", row[1], row[2]) for row in rows]
        return champions + [(row[0], "challenger", row[3], int(row[4])) for row in rows if row[3] is not None]

    def counted(self, at: datetime) -> dict[tuple[str, str], Counter[int]]:
        """How often each score was given since, by version of the table and role."""
        kept, beside = reports.c.assessment, reports.c.assessment["challenger"]
        made = kept["scorecard_version"].astext, reports.c.score
        tried = beside["scorecard_version"].astext, beside["score"].astext
        since = reports.c.score.is_not(None), reports.c.latest_time >= at
        # By place: an expression with a parameter is to PostgreSQL another one there.
        query = select(*made, *tried, func.count()).where(*since).group_by(literal_column("1, 2, 3, 4"))
        found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        with self._database.transaction() as transaction:
            for version, score, other, other_score, number in transaction.connection.execute(query):
                found[version, "champion"][score] += number
                if other is not None:
                    found[other, "challenger"][int(other_score)] += number
        return found

    def banded(self, at: datetime, one_in: int = 1) -> dict[tuple[str, str], Counter[str]]:
        """How often each band of a table was met since, by version and role; of one in so many applications.

        Which ones says a hash of their ids: the same to every replica, and as many of each day. What was assessed
        before its bands were kept is in no count.
        """
        kept = reports.c.assessment
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        with self._database.transaction() as transaction:
            for role, made in (("champion", kept), ("challenger", kept["challenger"])):
                for version, code, number in transaction.connection.execute(_bands(made, at, one_in)):
                    found[version, role][code] += number
        return found


class Overridden:
    """The overrides of all reports, for what is counted of them."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    def since(self, at: datetime) -> tuple[int, list[tuple[str, str, str, str]]]:
        """Of the applications assessed since: how many are decided, and of each override what it overrides, what is to
        be decided, the coded reason, and its status.
        """
        since = reports.c.latest_time >= at
        decided = select(func.count()).select_from(reports).where(since, reports.c.decide_time.is_not(None))
        each = func.jsonb_array_elements(reports.c.overrides).table_valued(column("value", JSONB)).render_derived()
        value = each.c.value
        query = select(
            case((value["terms_hash"].astext == "", "recommendation"), else_="limit"), value["decision"].astext,
            value["override_reason"].astext, value["status"].astext,
        ).select_from(reports).join(each, true()).where(since)  # fmt: skip
        with self._database.transaction() as transaction:
            number = transaction.connection.execute(decided).scalar_one()
            rows = transaction.connection.execute(query).all()
        return number, [(row[0], row[1], row[2], row[3]) for row in rows]


def _bands(made: Any, at: datetime, one_in: int) -> Select[Any]:
    """Version of the table, code of the band, and how often that was met."""
    each = func.jsonb_array_elements_text(made["bands"]).table_valued(column("code", Text)).render_derived()
    version, code = made["scorecard_version"].astext, each.c.code
    # Without the sign, of which -2^31 has no positive.
    chosen = func.mod(func.hashtext(reports.c.application_id).op("&")(0x7FFFFFFF), one_in) == 0
    since = reports.c.score.is_not(None), reports.c.latest_time >= at
    return (
        select(version, code, func.count()).select_from(reports).join(each, true())
        .where(*since, chosen).group_by(literal_column("1, 2"))
    )  # fmt: skip
