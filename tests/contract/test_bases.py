"""Stacks and edges of the tests never meet."""

import socket

from stack.ports import Ports
from tests.bases import own_base


def test_no_one_gets_a_base_that_another_has_or_of_which_a_port_is_taken() -> None:
    with own_base() as first, socket.create_server(("127.0.0.1", 0)):
        with own_base() as second:
            assert second != first
        with socket.create_server(("127.0.0.1", Ports(second).of("edge"))), own_base() as third:
            assert third not in (first, second)
