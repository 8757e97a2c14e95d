"""The right to be forgotten: what blocks it, and that nothing readable is left."""

from datetime import timedelta

import pytest

from loanflow.activation.v1.activation_events_pb2 import LoanActivated, LoanCancelled
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_service_pb2 as pb
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid, LoanReopened
from services.customer import store
from services.retention import RETIRED_AFTER, RULES
from services.runtime import context
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.events.inbox import NotYet
from services.runtime.stores.data_keys import key_of
from tests.harness import staff
from tests.integration.customer.conftest import Customers

PERSONAL = ("example.org", "muster", "4915112345678", "l01x00t47", "1990-01-31", "hauptstr", "de8937040044", "3200.50")
TABLES = ("customers", "audit", "outbox")


def erase(customers: Customers, customer_id: str) -> None:
    customers.own(customer_id).EraseCustomer(pb.EraseCustomerRequest(customer_id=customer_id))


def everything(customers: Customers) -> str:
    return "\n".join(str(row["t"]) for table in TABLES for row in customers.rows(f"SELECT t::text FROM {table} t"))


def test_nothing_personal_is_readable_at_any_time(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna)
    request = pb.UpdateProfileRequest(customer_id=anna, full_name="Anna Mustermann", phone="+4930123456")
    customers.own(anna).UpdateProfile(request)
    erase(customers, anna)
    stored = everything(customers).lower()
    assert not [each for each in PERSONAL if each in stored]


def test_an_erasure_takes_the_key_to_what_the_audit_trail_holds(customers: Customers) -> None:
    anna = customers.register().customer_id
    [row] = customers.rows("SELECT email FROM customers")
    [audited] = customers.rows("SELECT after FROM audit")
    assert audited["after"]["email"] == row["email"]
    assert not {"data_key", "email_index"} & audited["after"].keys()
    [key] = customers.rows("SELECT key_id, subject FROM data_keys WHERE record_class = 'customer'")
    assert key == {"key_id": key_of(row["email"]), "subject": anna}
    erase(customers, anna)
    [key] = customers.rows("SELECT wrapped FROM data_keys WHERE record_class = 'customer'")
    assert key["wrapped"] is None
    [left] = customers.rows("SELECT * FROM customers")
    personal = ("email", "full_name", "phone", "kyc", "email_index", "data_key")
    assert {name: left[name] for name in personal} == dict.fromkeys(personal)
    [*_, last] = customers.rows("SELECT actor, method, why FROM audit ORDER BY position")
    assert (last["actor"], last["why"]) == (f"customer:{anna}", "right to erasure")


def test_a_legal_hold_refuses_the_erasure_until_it_is_released(customers: Customers) -> None:
    anna = customers.register().customer_id
    with customers.app.begin() as uow:
        uow.data_keys.hold(anna, ["answers"], "Az 17/26")
        uow.commit()
    with pytest.raises(FailedPrecondition, check=lambda refused: refused.reason == "ERASURE_BLOCKED"):
        erase(customers, anna)
    assert customers.own(anna).GetProfile(pb.GetProfileRequest(customer_id=anna)).customer.full_name
    with customers.app.begin() as uow:
        uow.data_keys.hold(anna, ["answers"], "")
        uow.commit()
    erase(customers, anna)
    assert customers.rows("SELECT email FROM customers") == [{"email": None}]


def test_an_erasure_that_a_restore_undid_is_done_again_whatever_ran_then(customers: Customers) -> None:
    anna = customers.register().customer_id
    with customers.app.begin() as uow:
        uow.data_keys.hold(anna, ["answers"], "Az 17/26")
        uow.commit()
    with context.background("customer", "customer.erased_again"):
        customers.app.on_started(anna, "loan:l1")
        assert [customers.app.erase_again(each) for each in (anna, anna, "never-registered")] == [True, False, False]
    [row] = customers.rows("SELECT email, full_name, phone, kyc, email_index, data_key FROM customers")
    assert set(row.values()) == {None}
    assert customers.rows(
        "SELECT count(*) AS kept FROM data_keys WHERE wrapped IS NOT NULL AND expire_time IS NULL"
    ) == [{"kept": 0}]
    [*_, last] = customers.rows("SELECT headers FROM outbox ORDER BY position")
    assert last["headers"]["ce_type"] == "customer.erased"


def test_who_an_erased_customer_was_is_kept_sealed_for_as_long_as_the_law_wants_it(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna)
    erase(customers, anna)
    [row] = customers.rows("SELECT * FROM identities")
    assert key_of(row["details"]) and not [each for each in PERSONAL if each in str(row).lower()]
    [keys] = customers.rows("SELECT expire_time FROM data_keys WHERE record_class = 'identity'")
    end = keys["expire_time"]
    assert end == customers.clock.now() + RULES["identity"].keep
    for at, known in ((end - timedelta(seconds=1), True), (end, False)):
        with customers.app.begin() as uow:
            uow.data_keys.destroy_expired(at)
            uow.commit()
        with customers.app.begin() as uow:
            details = uow.identities.read(anna).details
        assert ("anna" in details.lower() and "1990-01-31" in details) is known


def test_of_somebody_who_never_said_who_they_are_nothing_is_kept(customers: Customers) -> None:
    erase(customers, customers.register().customer_id)
    assert customers.rows("SELECT * FROM identities") == []


def test_a_customer_is_retired_when_no_law_wants_them_known_any_more(customers: Customers) -> None:
    anna, busy, held = (customers.register(email=f"{name}@example.org").customer_id for name in ("a", "b", "c"))
    customers.hear(application.ApplicationCreated(application_id="a1", customer_id=busy))
    for ended in (application.ApplicationCreated, application.ApplicationRejected):
        customers.hear(ended(application_id="a2", customer_id=anna))
    with customers.app.begin() as uow:
        uow.data_keys.hold(held, ["answers"], "Az 17/26")
        uow.commit()

    def present() -> list[str]:
        return [
            row["customer_id"] for row in customers.rows("SELECT customer_id FROM customers WHERE erase_time IS NULL")
        ]

    with context.background("customer", "customer.retire"):
        customers.clock.advance(RETIRED_AFTER - timedelta(seconds=1))
        customers.app.retire()
        assert set(present()) == {anna, busy, held}
        customers.clock.advance(timedelta(seconds=1))
        customers.app.retire()
        assert set(present()) == {busy, held}
        with customers.app.begin() as uow:
            uow.data_keys.hold(held, ["answers"], "")
            uow.commit()
        customers.app.retire()
    assert present() == [busy]


def test_the_same_state_is_sealed_once(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.hear(application.ApplicationCreated(application_id="a1", customer_id=anna))
    [*_, audited] = customers.rows("SELECT before, after FROM audit ORDER BY position")
    assert audited["after"] == {"running": ["application:a1"], "idle_since": None}
    assert audited["before"] == {"running": [], "idle_since": customers.clock.now().isoformat()}


@pytest.mark.parametrize(
    "ending", [application.ApplicationRejected, application.ApplicationClosed, application.ApplicationWithdrawn]
)
def test_an_application_blocks_it_until_it_ends(customers: Customers, ending: type[object]) -> None:
    anna = customers.register().customer_id
    customers.hear(application.ApplicationCreated(application_id="a1", customer_id=anna))
    with pytest.raises(FailedPrecondition) as refused:
        erase(customers, anna)
    assert (refused.value.reason, refused.value.metadata["running"]) == ("ERASURE_BLOCKED", "application:a1")
    customers.hear(ending(application_id="a1", customer_id=anna))  # type: ignore[call-arg]
    erase(customers, anna)


def test_an_application_that_arrives_after_the_erasure_publishes_it_again(customers: Customers) -> None:
    anna = customers.register().customer_id
    erase(customers, anna)
    customers.hear(application.ApplicationCreated(application_id="a1", customer_id=anna))
    assert customers.published() == ["customer.registered", "customer.erased", "customer.erased"]
    customers.hear(application.ApplicationWithdrawn(application_id="a1", customer_id=anna))
    assert customers.rows("SELECT running FROM customers") == [{"running": []}]


def test_a_loan_blocks_it_until_it_is_repaid_in_any_order_of_events(customers: Customers) -> None:
    anna = customers.register().customer_id
    with pytest.raises(NotYet):
        customers.hear(LoanFullyRepaid(application_id="a1", loan_id="l1", customer_id=anna))
    customers.hear(LoanActivated(application_id="a1", loan_id="l1", customer_id=anna))
    with pytest.raises(FailedPrecondition):
        erase(customers, anna)
    customers.hear(LoanFullyRepaid(application_id="a1", loan_id="l1", customer_id=anna))
    erase(customers, anna)


def test_a_loan_that_was_cancelled_before_its_payout_blocks_it_no_more(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.hear(LoanActivated(application_id="a1", loan_id="l1", customer_id=anna))
    customers.hear(LoanCancelled(application_id="a1", loan_id="l1", customer_id=anna))
    erase(customers, anna)


def test_a_loan_that_a_bounced_payment_reopened_blocks_it_until_it_is_repaid_again(customers: Customers) -> None:
    anna = customers.register().customer_id
    of_loan = {"application_id": "a1", "loan_id": "l1", "customer_id": anna}
    of_application = {"application_id": "a1", "customer_id": anna}
    customers.hear(application.ApplicationCreated(**of_application))
    customers.hear(LoanActivated(**of_loan))
    for closure in (1, 2):
        customers.hear(LoanFullyRepaid(**of_loan, closure_number=closure))
        customers.hear(application.ApplicationClosed(**of_application))
        assert customers.rows("SELECT running FROM customers") == [{"running": []}]
        customers.hear(LoanReopened(**of_loan, closure_number=closure))
        customers.hear(application.ApplicationReopened(**of_application))
        with pytest.raises(FailedPrecondition):
            erase(customers, anna)


def test_a_loan_that_is_reopened_after_the_erasure_brings_nothing_back(customers: Customers) -> None:
    anna = customers.register().customer_id
    of_loan = {"application_id": "a1", "loan_id": "l1", "customer_id": anna}
    customers.hear(LoanActivated(**of_loan))
    customers.hear(LoanFullyRepaid(**of_loan, closure_number=1))
    erase(customers, anna)
    customers.hear(LoanReopened(**of_loan, closure_number=1))
    assert customers.rows("SELECT running FROM customers") == [{"running": ["loan:l1"]}]
    assert customers.published() == ["customer.registered", "customer.erased"]
    with pytest.raises(NotFound):
        customers.profile(anna)
    customers.hear(LoanFullyRepaid(**of_loan, closure_number=2))
    assert customers.rows("SELECT running FROM customers") == [{"running": []}]


def test_an_erased_customer_is_not_found_and_the_address_is_free(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.client(staff("ADMIN")).EraseCustomer(pb.EraseCustomerRequest(customer_id=anna))
    for call in (lambda: customers.profile(anna), lambda: customers.submit_kyc(anna), lambda: erase(customers, anna)):
        with pytest.raises(NotFound):
            call()
    customers.hear(KycApproved(customer_id=anna))
    assert customers.published() == ["customer.registered", "customer.erased"]
    customers.accounts.forget("anna@example.org")
    assert customers.register().customer_id != anna


def test_the_tables_are_those_of_the_migration(customers: Customers) -> None:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'customers'"
    assert {row["column_name"] for row in customers.rows(query)} == set(store.customers.c.keys())
