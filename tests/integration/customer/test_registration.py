"""How a person becomes a customer: registers, and confirms by the token of a mail, over gRPC."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from services.runtime.errors import Error, FailedPrecondition, NotFound, ResourceExhausted, Unauthenticated, Unavailable
from tests.integration.customer.conftest import PASSWORD, Customers

ANNA, OTTO = "anna@example.org", "otto@example.org"
NEXT = "another good password"


def reason(call: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Error) as found:
        call(*arguments)
    return found.value.reason


def test_nothing_is_there_before_the_mailbox_is_proved(customers: Customers) -> None:
    asked = customers.ask("Anna@Example.org")
    assert (asked.email, asked.kyc_status, asked.HasField("kyc")) == ("Anna@example.org", 1, False)
    assert (customers.rows("SELECT * FROM customers"), customers.published()) == ([], [])
    assert (customers.rows("SELECT * FROM data_keys"), customers.rows("SELECT * FROM audit")) == ([], [])
    assert customers.accounts.by_email == {}
    with pytest.raises(NotFound):
        customers.profile(asked.customer_id)
    made = customers.confirm("Anna@Example.org")
    assert made == asked
    assert customers.profile(made.customer_id) == made
    assert customers.accounts.by_email == {ANNA: made.customer_id}
    assert customers.published() == ["customer.registered"]


def test_a_known_address_is_answered_as_a_free_one(customers: Customers) -> None:
    customers.register(ANNA)
    customers.accounts.staff.add(OTTO)
    before = customers.rows("SELECT * FROM customers")
    answers = [customers.ask(email) for email in (ANNA, "ANNA@Example.org", OTTO, "free@example.org")]
    assert len({each.customer_id for each in answers} | {before[0]["customer_id"]}) == 5
    for answer in answers:
        answer.customer_id = answer.email = ""
    assert answers == [answers[0]] * 4
    assert customers.rows("SELECT * FROM customers") == before
    assert [customers.accounts.token(email) for email in (ANNA, OTTO)] == ["", ""]


def test_an_address_is_one_in_whichever_script_its_domain_is_written(customers: Customers) -> None:
    written = ("anna@bücher.example", "anna@xn--bcher-kva.example", "Anna@BÜCHER.example", "anna@bu\u0308cher.example")
    for spelling in written:
        customers.ask(spelling)
    made = customers.confirm("anna@xn--bcher-kva.example")
    assert customers.accounts.by_email == {"anna@xn--bcher-kva.example": made.customer_id}


def test_a_registration_is_confirmed_by_its_own_password_alone(customers: Customers) -> None:
    customers.ask(ANNA, "the password of a thief")
    mine = customers.ask(ANNA, PASSWORD)
    assert reason(customers.confirm, ANNA, "no one's password") == "BAD_CREDENTIALS"
    assert customers.rows("SELECT * FROM customers") == []
    assert customers.confirm(ANNA, PASSWORD).customer_id == mine.customer_id


def test_what_cannot_be_confirmed_says_why(customers: Customers) -> None:
    assert reason(customers.confirm, ANNA) == "LINK_INVALID"
    customers.ask(OTTO)
    token = customers.accounts.token(OTTO)
    customers.accounts.staff.add(OTTO)
    request = pb.ConfirmEmailRequest(confirmation_token=token, password=PASSWORD)
    assert reason(customers.client().ConfirmEmail, request) == "EMAIL_TAKEN"
    for each in ("ACCOUNT_LOCKED", "OVERLOADED"):
        customers.accounts.refusal = ResourceExhausted("too many", reason=each, retry_after=1)
        assert reason(customers.client().ConfirmEmail, request) == each
    assert reason(customers.ask) == "OVERLOADED"
    assert (customers.rows("SELECT * FROM customers"), customers.published()) == ([], [])


def test_two_tabs_that_confirm_make_one_customer(customers: Customers) -> None:
    asked = customers.ask()
    customers.client()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: customers.confirm().customer_id if customers.accounts.token(ANNA) else "", "12"))
    assert set(made) - {""} == {asked.customer_id}
    assert customers.published() == ["customer.registered"]


def test_who_was_interrupted_confirms_again(customers: Customers) -> None:
    customers.accounts.away = True
    with pytest.raises(Unavailable):
        customers.ask()
    customers.accounts.away = False
    asked = customers.ask()
    customers.accounts.no_account = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            customers.confirm()
    customers.accounts.no_account = False
    assert customers.confirm().customer_id == asked.customer_id
    assert customers.accounts.by_email == {ANNA: asked.customer_id}
    assert customers.published() == ["customer.registered"]


def test_what_a_confirmation_left_that_never_ended_is_replaced(customers: Customers) -> None:
    left = customers.ask()
    customers.accounts.no_account = True
    with pytest.raises(Unavailable):
        customers.confirm()
    customers.accounts.no_account = False
    customers.accounts.forget(ANNA)
    asked = customers.ask(password=NEXT)
    for case in ("Az 17/26", ""):
        with customers.app.begin() as uow:
            uow.data_keys.hold(left.customer_id, ["answers"], case)
            uow.commit()
        if case:
            assert reason(customers.confirm, ANNA, NEXT) == "ERASURE_BLOCKED"
    assert customers.confirm(password=NEXT).customer_id == asked.customer_id
    with pytest.raises(NotFound):
        customers.profile(left.customer_id)
    assert customers.published() == ["customer.registered", "customer.erased", "customer.registered"]
    assert customers.profile(asked.customer_id).kyc_status == customer_pb2.KYC_STATUS_MISSING


@pytest.mark.parametrize("known", [False, True])
def test_the_same_idempotency_key_gives_the_same_answer(customers: Customers, known: bool) -> None:
    if known:
        customers.register()
    before, key = customers.rows("SELECT * FROM customers"), (("idempotency-key", "k1"),)
    assert customers.ask(metadata=key) == customers.ask(metadata=key)
    with pytest.raises(FailedPrecondition) as refused:
        customers.ask("ben@example.org", metadata=key)
    assert refused.value.reason == "IDEMPOTENCY_KEY_REUSED"
    assert customers.rows("SELECT * FROM customers") == before
    [kept] = customers.rows("SELECT response FROM idempotency")
    assert b"example.org" not in bytes(kept["response"])


def test_a_customer_who_is_erased_leaves_a_free_address(customers: Customers) -> None:
    first = customers.register().customer_id
    customers.own(first).EraseCustomer(pb.EraseCustomerRequest(customer_id=first))
    customers.accounts.forget(ANNA)
    with pytest.raises(Unauthenticated):
        customers.confirm()
    assert customers.register().customer_id != first
