"""Every service's real App over a database in memory; the peers are fakes that agree."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from services.activation import handlers as activation
from services.activation.openings import Openings
from services.activation.payouts import Payouts
from services.agreement import handlers as agreement
from services.agreement.contract import Contract, StoredFile
from services.agreement.ports import Applied, Party
from services.application import handlers as application
from services.approval import handlers as approval
from services.approval.model import Dossier
from services.auth import handlers as auth
from services.customer import handlers as customer
from services.discussion import handlers as discussion
from services.document import handlers as document
from services.kyc import handlers as kyc
from services.lending import loan_cost
from services.lending.facility import facilities
from services.notification import handlers as notification
from services.notification.model import History
from services.notification.notices import RULES
from services.notification.recipients import Recipient
from services.repayment import handlers as repayment
from services.repayment.ports import LoanAccount
from services.risk import handlers as risk
from services.risk.rules import RuleOutcome, RuleSet
from services.risk.rules_shipped import shipped_rule_sets, shipped_rules
from services.risk.scorecards import Tables, shipped
from tests.factories.loans import START, TERMS
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory, MemoryRepository, Rows, keyed

PDF = StoredFile("a1/agreement", "0" * 64, 10)
CONTRACT = Contract(TERMS, TERMS.hash(), loan_cost(TERMS, START), "v1", PDF, NOON)


class Dossiers(MemoryRepository):
    """services.approval.store.Dossiers."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("application_id", rows)

    def open(self, application_id: str) -> Dossier:
        """The dossier, begun when there is none."""
        found: Dossier = self.ensure(Dossier(application_id))
        return found


class Figures(MemoryRepository):
    """services.application.figures.Figures, as far as events count anything."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("outcome", rows)

    def decided(self, made: date, rating: str, outcomes: Sequence[str]) -> None:
        """One more decision of each outcome."""
        self.rows.update({f"{made} {rating} {each}": 1 for each in outcomes})


class Reports(MemoryRepository):
    """services.risk.store.Reports, without what indexes them."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("application_id", rows)

    def owed_to(self, customer_id: str) -> list[Any]:
        """Those of a customer whose notice is not delivered, or whose review is not answered."""
        return [each for each in self.of_customer(customer_id) if each.refusals]

    def reindex(self, customer_id: str) -> None:
        """Has the customer's looked at anew, which changes none of them."""


class RuleSets(MemoryRepository):
    """services.risk.rules_store.RuleSets, while only the delivered rules are there."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("rule_set_version", rows)

    def in_force(self, at: datetime) -> RuleSet:
        """The delivered ones."""
        return shipped_rules()

    def recorded(self, outcome: RuleOutcome | None) -> RuleSet | None:
        """The version that an outcome was found by."""
        return None if outcome is None else shipped_rule_sets()[outcome.rule_set_version]


class Endings(MemoryRepository):
    """services.discussion.store.Endings; the ids of applications."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("", rows)

    def has(self, application_id: str) -> bool:
        """Whether the application is known to have ended."""
        return application_id in self.rows

    def record(self, application_id: str) -> None:
        """Records that it ended."""
        self.rows[application_id] = application_id


class Recipients(MemoryRepository):
    """services.notification.store.Recipients."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("customer_id", rows)

    def of(self, customer_id: str) -> Recipient:
        """The recipient to look at."""
        return self.find(customer_id) or Recipient(customer_id=customer_id)


class Occasions(MemoryRepository):
    """services.notification.store.Occasions."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("occasion_id", rows)

    def add(self, aggregate: Any, *, again: bool = False) -> None:
        """Keeps one."""
        self.rows[aggregate.occasion_id] = aggregate

    def of(self, *about: str) -> History:
        """All that were about one of these."""
        return History(tuple(each for each in self.rows.values() if each.about in about))


class Moments(MemoryRepository):
    """services.notification.moment_store.Moments."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("customer_id", rows)

    def take(self, customer_id: str, earliest: datetime) -> datetime:
        """The moment of the next notice."""
        self.asked.add(customer_id)
        self.rows[customer_id] = SimpleNamespace(customer_id=customer_id, time=earliest)
        return earliest


class Webhooks(MemoryRepository):
    """services.notification.webhook_store.Webhooks: one that wants everything."""

    def is_wanted(self, event_type: str) -> bool:
        """Whether there is one for a type of event."""
        return True


class Consents(MemoryRepository):
    """services.auth.app_store.Consents."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("consent_id", rows)

    def withdraw_all(self, account_id: str, at: Any) -> None:
        """Withdraws every one of an account."""
        for consent in (each for each in self.rows.values() if each.account_id == account_id):
            consent.withdraw_time = at


class Registrations(MemoryRepository):
    """services.auth.registration_store.Registrations."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("registration_id", rows)

    def drop(self, registration_id: str) -> None:
        """Removes one."""
        self.rows.pop(registration_id, None)


class Accounts(MemoryRepository):
    """services.auth.store.Accounts."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("account_id", rows)

    def holding(self, roles: Collection[Any]) -> list[str]:
        """Those of staff with one of these roles."""
        return [each.account_id for each in self.rows.values() if each.roles & frozenset(roles)]


@dataclass
class OrderedMail:
    """A row of services.auth.mail_store.Mails."""

    kind: Any
    account_id: str


class Mails(MemoryRepository):
    """services.auth.mail_store.Mails."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("account_id", rows)

    def remind(self, kind: Any, account_id: str, at: datetime) -> None:
        """Has somebody mailed."""
        self.rows[account_id] = OrderedMail(kind, account_id)


class Sessions(MemoryRepository):
    """services.auth.store.Sessions."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("session_id", rows)

    def running(self, account_id: str) -> list[Any]:
        """Those of an account that have not ended."""
        return [each for each in self.rows.values() if each.account_id == account_id and each.end_time is None]

    def end_all(self, account_id: str, reason: Any, at: Any) -> None:
        """Ends them all."""
        for session in self.running(account_id):
            session.end(reason, at)

    def forget_origins(self, account_id: str) -> None:
        """Removes where those of an account come from."""
        for session in self.rows.values():
            if session.account_id == account_id:
                session.device = session.network = ""


class Agreeing:
    """A peer, or a store, that every call agrees with: each has the answer that is given here, or None.

    `files` are those whose removal is asked for; they go at once, without a transaction.
    """

    def __init__(self, memory: Memory, **answers: Any) -> None:
        self._memory, self._answers = memory, answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *_, **__: self._answers.get(name)

    def delete(self, key: str) -> None:
        """A file goes."""
        del self._memory.files[key]

    def remove(self, *files: StoredFile) -> None:
        """Files of an agreement go."""
        for each in files:
            self.delete(each.key)

    def kept(self, file: StoredFile) -> AbstractContextManager[None]:
        """The file stays when the block does not fail."""
        return nullcontext()


_APPLICATION = keyed("application_id")
REPOSITORIES: Mapping[str, Mapping[str, Callable[[Rows], MemoryRepository]]] = {
    "activation": {"kyc_approvals": _APPLICATION, "signatures": _APPLICATION, "accounts": keyed("loan_id")},
    "agreement": {"agreements": _APPLICATION},
    "application": {"applications": _APPLICATION, "figures": Figures},
    "approval": {"approvals": _APPLICATION, "dossiers": Dossiers},
    "auth": {
        "accounts": Accounts, "sessions": Sessions, "consents": Consents, "registrations": Registrations,
        "mails": Mails,
    },
    "customer": {"customers": keyed("customer_id")},
    "discussion": {"discussions": _APPLICATION, "endings": Endings},
    "document": {"folders": _APPLICATION, "documents": keyed("document_id")},
    "kyc": {"reviews": _APPLICATION, "monitored": keyed("customer_id")},
    "notification": {
        "notifications": keyed("notification_id"), "recipients": Recipients, "occasions": Occasions,
        "moments": Moments,
        "webhooks": partial(Webhooks, "webhook_id"), "occurrences": keyed("event_id"),
        "deliveries": keyed("delivery_id"), "devices": keyed("device_id"),
        "numbers": keyed("customer_id"),
    },
    "repayment": {"loans": keyed("loan_id")},
    "risk": {
        "reports": Reports, "rule_sets": RuleSets, "known_customers": keyed("customer_id"),
        "income_files": _APPLICATION, "collateral_files": _APPLICATION,
    },
}  # fmt: skip


def app(service: str, memory: Memory, event_type: str) -> Any:
    """The service's App; the owners of what an event of that type says confirm it."""
    begin, clock = memory.begin, FakeClock()
    peer: Any = Agreeing(memory)
    made: dict[str, Callable[[], Any]] = {
        "activation": lambda: _activation(memory),
        "agreement": lambda: _agreement(memory),
        "application": lambda: application.App(begin, clock, peer, peer),
        "approval": lambda: approval.App(begin, clock, peer, peer),
        "auth": lambda: auth.App(begin, clock, peer, peer, peer, peer),
        "customer": lambda: customer.App(begin, clock, peer),
        "discussion": lambda: discussion.App(begin, clock, 14, peer, peer),
        "document": lambda: document.App(begin, clock, peer, peer),
        "kyc": lambda: kyc.App(begin, clock, peer, peer, peer, peer, peer),
        "notification": lambda: notification.App(
            begin, clock, peer, peer, peer, peer, wake=lambda _: None, wake_webhooks=lambda: None, rules=RULES
        ),
        "repayment": lambda: repayment.App(begin, clock, peer, peer, _accounts(memory, event_type), peer),
        "risk": lambda: risk.App(begin, clock, facilities(), Tables(shipped()), Agreeing(memory, commitments=()), peer),
    }
    return made[service]()


def _activation(memory: Memory) -> Any:
    clock = FakeClock()
    peer: Any = Agreeing(memory, withdrawal_requested=True)
    openings, payouts = Openings(memory.begin, clock, peer), Payouts(memory.begin, clock, peer, peer, peer)
    return activation.App(memory.begin, clock, peer, openings, payouts)


def _agreement(memory: Memory) -> Any:
    peer: Any = Agreeing(
        memory, approved_terms=TERMS.hash(), applied=Applied("PERSONAL"), contract=CONTRACT,
        party=Party("Anna Muster", ("Hauptstraße 1",)),
    )  # fmt: skip
    return agreement.App(memory.begin, FakeClock(), peer, peer, peer, peer, peer, peer)


def _accounts(memory: Memory, event_type: str) -> Agreeing:
    status = "CANCELLED" if event_type == "loan.cancelled" else "DISBURSED"
    return Agreeing(memory, account=LoanAccount(status, "c1", TERMS.hash(), START.isoformat()))
