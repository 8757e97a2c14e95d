"""The application service's list of commitments: every page of it, for however many persons."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.application.v1 import commitment_pb2
from loanflow.types.v1 import commitment_role_pb2, money_pb2
from services.risk.exposure import BoundPerson, Commitment, CommitmentRole
from services.risk.peers import ApplicationPeer
from services.runtime.money import Money


def listed(number: int) -> commitment_pb2.Commitment:
    roles = commitment_role_pb2.CommitmentRole
    return commitment_pb2.Commitment(
        application_id=f"a{number:04}",
        bound=[
            commitment_pb2.BoundPerson(customer_id="c1", role=roles.COMMITMENT_ROLE_BORROWER),
            commitment_pb2.BoundPerson(customer_id="c2", role=roles.COMMITMENT_ROLE_GUARANTOR),
        ],
        outstanding=money_pb2.Money(currency="EUR", amount="1234.56"),
        monthly_instalment=money_pb2.Money(currency="EUR", amount="50"),
    )


class Channel:
    """A channel to an application service that has so many loans, which bind whoever is asked for."""

    def __init__(self, loans: int) -> None:
        self.loans = [listed(number) for number in range(loans)]
        self.asked: list[pb.ListCommitmentsRequest] = []

    def unary_unary(self, method: str, *_: object, **__: object) -> Callable[..., pb.ListCommitmentsResponse]:
        def answer(request: pb.ListCommitmentsRequest) -> pb.ListCommitmentsResponse:
            assert method.endswith("/ListCommitments")
            self.asked.append(request)
            start = int(request.page_token or 0)
            end = start + request.page_size
            more = str(end) if end < len(self.loans) else ""
            return pb.ListCommitmentsResponse(commitments=self.loans[start:end], next_page_token=more)

        return answer


def commitments(channel: Any, customer_ids: list[str]) -> list[Commitment]:
    return ApplicationPeer(channel).commitments(customer_ids)


def test_a_commitment_is_read_whole() -> None:
    bound = BoundPerson("c1", CommitmentRole.BORROWER), BoundPerson("c2", CommitmentRole.GUARANTOR)
    wanted = Commitment("a0000", bound, Money(Decimal("1234.56"), "EUR"), Money(Decimal(50), "EUR"))
    assert commitments(Channel(1), ["c1"]) == [wanted]


@pytest.mark.parametrize(("loans", "pages"), [(0, 1), (100, 1), (101, 2), (250, 3)])
def test_all_pages_are_read(loans: int, pages: int) -> None:
    channel = Channel(loans)
    assert len(commitments(channel, ["c1"])) == loans
    assert len(channel.asked) == pages


def test_more_persons_than_a_request_may_name_are_asked_for_in_parts_and_no_loan_counts_twice() -> None:
    channel, persons = Channel(3), [f"c{number:03}" for number in range(201)]
    assert len(commitments(channel, persons)) == 3
    assert [len(each.customer_ids) for each in channel.asked] == [100, 100, 1]
    assert sorted(person for each in channel.asked for person in each.customer_ids) == persons
