"""How often the repayment service waits for its database, by use case."""

from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.runtime.ids import new_id
from tests.harness import Servers
from tests.integration.conftest import CountedPostgres
from tests.integration.repayment.conftest import Repayment


def test_a_payment_is_recorded_in_few_round_trips(counted_postgres: CountedPostgres, client_for: Servers) -> None:
    database, trips = counted_postgres("repayment")
    case = Repayment(database, client_for).loan()
    kept = [case.record("1").payment_id for _ in range(10)]
    for payment_id in kept:
        case.upload(payment_id)
    calls = {
        "RecordPayment": lambda: case.record("1", new_id()),
        "VerifyPayment": lambda: case.verify(kept.pop()),
        "GetOutstanding": lambda: case.customer.GetOutstanding(pb.GetOutstandingRequest(loan_id=case.loan_id)),
        "ListPayments": lambda: case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)),
    }
    ledger = [["SELECT payments"], ["SELECT transactions"]]
    assert {name: trips(call, 6) for name, call in calls.items()} == {
        "RecordPayment": [
            ["BEGIN", "LOCK", "SELECT idempotency"],
            ["SELECT loans"],
            *ledger,
            ["UPDATE loans", "INSERT payments", "INSERT audit", "INSERT outbox", "INSERT idempotency", "COMMIT"],
        ],
        "VerifyPayment": [
            ["SELECT payments"],
            ["SELECT loans"],
            ["BEGIN", "SELECT loans"],
            *ledger,
            ["UPDATE loans", "INSERT payments", "INSERT transactions", "INSERT audit", "INSERT outbox", "COMMIT"],
        ],
        "GetOutstanding": [["SELECT loans"], *ledger],
        "ListPayments": [["SELECT loans"], *ledger],
    }
