"""Versions of the rules in PostgreSQL, and which one is in force."""

from datetime import datetime

from sqlalchemy import select

from services.risk.rules import RuleOutcome, RuleSet, RuleSetStatus
from services.risk.rules_shipped import shipped_rule_sets, shipped_rules
from services.risk.tables import rule_sets
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset

_LATEST_FIRST = Keyset((rule_sets.c.propose_time, rule_sets.c.rule_set_version), descending=True)


class RuleSets(Mapped[RuleSet]):
    """The versions of the rules; those that the service is delivered with are in no row."""

    table = rule_sets
    key = "rule_set_version"
    what = "rule set"

    def find(self, key: str) -> RuleSet | None:
        """The version to look at, also a delivered one; or None."""
        return shipped_rule_sets().get(key) or super().find(key)

    def in_force(self, at: datetime) -> RuleSet:
        """The version in force at a time: of the approved ones whose time has come the latest."""
        table = self.table
        query = select(table).where(table.c.status == RuleSetStatus.APPROVED.name, table.c.in_force_time <= at)
        query = query.order_by(table.c.in_force_time.desc(), table.c.decide_time.desc()).limit(1)
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return shipped_rules() if row is None else self.loaded(dict(row))

    def recorded(self, outcome: RuleOutcome | None) -> RuleSet | None:
        """The version that an outcome was found by; None where there were no rules."""
        return None if outcome is None else self.read(outcome.rule_set_version)

    def latest(self, page: Page) -> PageResult[RuleSet]:
        """A page of the proposed versions, the latest first."""
        found = _LATEST_FIRST.read(self._uow.connection, select(self.table), page, "rule_sets")
        return found.map(self.loaded)
