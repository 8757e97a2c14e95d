"""What risk releases for discussion: once for an application, and not for one that has ended."""

from decimal import Decimal

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from services.discussion.limits import Assessed
from services.runtime.errors import NotFound
from services.runtime.ids import new_id
from tests.integration.discussion.conftest import Discussions


def test_what_ended_before_its_release_arrived_is_not_discussed(service: Discussions) -> None:
    ended = new_id()
    service.take(application.ApplicationWithdrawn(application_id=ended))
    with service.app.begin() as uow:
        assert uow.endings.has(ended)
    service.app.release(ended, new_id(), "PERSONAL", Assessed(Decimal(6000), 12))
    with pytest.raises(NotFound):
        service.app.read(ended)


def test_a_release_that_comes_twice_makes_one_discussion(service: Discussions) -> None:
    case = service.opened()
    with pytest.raises(NotFound):
        service.app.read(new_id())
    owner = service.app.owner_of(case.application_id)
    service.app.release(case.application_id, owner, "PERSONAL", Assessed(Decimal(6000), 12))
    assert service.app.read(case.application_id).officer_id == case.officer_id
