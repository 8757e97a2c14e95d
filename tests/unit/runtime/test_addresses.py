"""Only public addresses are called, whatever a name leads to and when."""

from ipaddress import ip_address
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.calling.addresses import AddressRefused, allowed, is_public, is_public_or_loopback

PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:2800:220:1::1", "::ffff:8.8.8.8"]
NOT_PUBLIC = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::7f00:1", "fec0::1",
    "::ffff:0:7f00:1", "", "localhost", "2130706433", "0x7f.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called(address: str) -> None:
    assert allowed("a.example", 443, 1, ask=lambda *_: [address]) == address


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_name_leads_to_what_is_not_public(address: str) -> None:
    with pytest.raises(AddressRefused):
        allowed("a.example", 443, 1, ask=lambda *_: [address])
    with pytest.raises(AddressRefused):
        allowed("a.example", 443, 1, ask=lambda *_: ["8.8.8.8", address])


@given(st.ip_addresses())
def test_what_is_private_by_the_registries_is_never_public(address: object) -> None:
    if is_public(str(address)):
        found = ip_address(str(address))
        mapped = getattr(found, "ipv4_mapped", None) or found
        assert mapped.is_global and not mapped.is_private and not mapped.is_loopback and not mapped.is_multicast


def test_development_adds_this_machine_and_nothing_else() -> None:
    assert is_public_or_loopback("127.0.0.1") and is_public_or_loopback("::1")
    assert not any(map(is_public_or_loopback, ["10.0.0.1", "169.254.169.254", "0.0.0.0", "", "::ffff:10.0.0.1"]))


def test_a_name_is_asked_for_once_and_in_time() -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"]]
    assert allowed("a.example", 443, 1, ask=lambda *_: answers.pop(0)) == "8.8.8.8"
    assert len(answers) == 1

    def never(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(OSError, match="no such name"):
        allowed("a.example", 443, 1, ask=never)
    with pytest.raises(AddressRefused):
        allowed("a.example", 443, 1, ask=lambda *_: [])


def test_a_resolver_that_does_not_come_to_an_end_is_not_waited_for() -> None:
    asked = Event()
    with pytest.raises(TimeoutError):
        allowed("a.example", 443, 0.01, ask=lambda *_: [str(asked.wait(5))])
    asked.set()
