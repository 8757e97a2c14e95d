"""How often the discussion service waits for its database, by use case."""

from loanflow.discussion.v1 import discussion_service_pb2 as pb
from services.runtime.events.avro import Codec
from tests.harness import Servers, service
from tests.integration.conftest import CountedPostgres
from tests.integration.discussion.conftest import discussions_on


def test_an_offer_is_sent_in_few_round_trips_and_read_in_one(
    counted_postgres: CountedPostgres, client_for: Servers, codec: Codec
) -> None:
    database, trips = counted_postgres("discussion")
    running = discussions_on(database, client_for, codec)
    cases = [running.opened() for _ in range(8)]
    read = cases[0]
    read.offer()
    read.accept(1)
    calls = {
        "SendOffer": lambda: cases.pop().offer(),
        "ListOffers": read.listed,
        "GetAcceptedOffer": lambda: running.client(service("approval")).GetAcceptedOffer(
            pb.GetAcceptedOfferRequest(application_id=read.application_id)
        ),
    }
    assert {name: trips(call, 6) for name, call in calls.items()} == {
        "SendOffer": [
            ["SELECT discussions"],  # tried on a copy, before risk is asked
            ["BEGIN", "SELECT discussions"],
            ["UPDATE discussions", "INSERT offers", "INSERT audit", "INSERT outbox", "COMMIT"],
        ],
        "ListOffers": [["SELECT discussions"], ["SELECT offers"], ["SELECT offers"]],
        "GetAcceptedOffer": [["SELECT discussions"], ["SELECT offers"]],
    }
