"""Ports: every one derives from the base, and none is used twice."""

import pytest

from services import catalog
from stack.ports import SPAN, Ports


def test_no_port_is_used_twice() -> None:
    numbers = list(Ports(8000).all().values())
    assert len(numbers) == len(set(numbers))


def test_neighbouring_stacks_share_no_port() -> None:
    assert not set(Ports(8000).all().values()) & set(Ports(9000).all().values())
    assert all(8000 < number < 8000 + SPAN for number in Ports(8000).all().values())


def test_every_service_has_a_port_and_one_for_its_metrics() -> None:
    ports = Ports(18000)
    for name, service in catalog.BY_NAME.items():
        assert ports.service(name) == 18000 + service.offset
        assert ports.metrics(name) == ports.service(name) + 100
    assert (ports.of("edge"), ports.of("edge tls"), ports.of("edge admin")) == (18080, 18443, 18090)


@pytest.mark.parametrize("base", [0, 80, 8001, 65000, -8000])
def test_a_base_that_leaves_no_room_is_refused(base: int) -> None:
    with pytest.raises(ValueError, match="base port"):
        Ports(base)
