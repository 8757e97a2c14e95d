"""What partners' programs may be given, from where they may call, and how their tokens say so."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from buf.validate import validate_pb2
from envoy.limits import PROGRAM_RATES
from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.options.v1 import access_pb2, caller_pb2, scope_pb2
from services.auth import scopes
from services.auth.clients import USUAL_RATE, Client
from services.auth.scopes import OWN, Scope
from services.runtime.calling.terms import ADDRESS, Terms
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
EVERY = frozenset(Scope)


def client(*networks: str, given: frozenset[Scope] = EVERY) -> Client:
    return Client.of_partner("p1", "Partner Bank", given, list(networks), 0, "hash", NOW)


def of_the_contract() -> dict[str, tuple[str, int]]:
    """Name and kind of caller of each scope, by its value without prefix."""
    values: Any = scope_pb2.Scope.DESCRIPTOR.values[1:]
    options = {value.name.removeprefix("SCOPE_"): value.GetOptions().Extensions for value in values}
    return {name: (each[scope_pb2.scope_name], each[scope_pb2.acts_as]) for name, each in options.items()}


def test_the_scopes_are_those_of_the_contract() -> None:
    kinds = {True: caller_pb2.CALLER_KIND_CLIENT, False: caller_pb2.CALLER_KIND_END_USER}
    found = {scope.name: (scope.value, kinds[scope in OWN]) for scope in Scope}
    wanted = of_the_contract()
    wrong = {name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)}
    assert not wrong, f"services/auth/scopes.py:1: {wrong}: say what proto/loanflow/options/v1/scope.proto says"


def test_no_scope_is_named_like_a_role_and_each_name_is_a_word() -> None:
    roles = {role.removeprefix("ROLE_").lower() for role in access_pb2.Role.DESCRIPTOR.values_by_name} | {"bearer"}
    names = [name for name, _ in of_the_contract().values()]
    assert len(set(names)) == len(names)
    assert not roles & {name.lower() for name in names}
    assert all(name.replace(".", "").replace("_", "").isalpha() and name.islower() for name in names)


def test_the_rates_are_those_that_the_edge_counts() -> None:
    field: Any = pb.CreateClientRequest.DESCRIPTOR.fields_by_name["requests_per_minute"]
    rules: Any = field.GetOptions().Extensions[validate_pb2.field]
    assert {0, *PROGRAM_RATES} == set(getattr(rules.int32, "in"))
    assert client().requests_per_minute == USUAL_RATE in PROGRAM_RATES


@pytest.mark.parametrize(
    "text",
    ["staff", "OFFICER", "ADMIN", "BEARER", "*", "loans.read staff", "loans.read  registration.read", " ",
     "loans.read\n", "Loans.read", "loans.write", "openid2", "registration.read,loans.read"],
)  # fmt: skip
def test_an_unknown_scope_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        scopes.named(text)
    assert refused.value.reason == "SCOPE_INVALID"


@pytest.mark.parametrize("scope", list(Scope))
def test_a_program_has_by_itself_only_its_own_scopes(scope: Scope) -> None:
    if scope in OWN:
        assert client().own_scopes(frozenset({scope})) == {scope}
    else:
        with pytest.raises(InvalidArgument) as refused:
            client().own_scopes(frozenset({scope}))
        assert refused.value.reason == "SCOPE_INVALID"
    with pytest.raises(InvalidArgument):
        client(given=EVERY - {scope}).own_scopes(frozenset({scope}))


def test_a_program_asks_no_customer_for_what_programs_do_as_themselves() -> None:
    assert {scope for scope in Scope if client().may_ask_for(frozenset({scope}))} == EVERY - OWN
    assert not client(given=frozenset({Scope.OPENID})).may_ask_for(frozenset({Scope.OPENID, Scope.EMAIL}))
    assert not client().may_ask_for(frozenset())


def test_a_program_that_asks_for_nothing_gets_what_it_may_have_by_itself() -> None:
    assert client().own_scopes(frozenset()) == OWN
    with pytest.raises(InvalidArgument):
        client(given=EVERY - OWN).own_scopes(frozenset())


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "example.org", "*", "::/129", "10.0.0", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        client("192.0.2.0/24", text)
    assert refused.value.violations[0].field == "networks[1]"


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("198.51.100.0", True), ("198.51.100.255", True), ("198.51.101.0", False), ("198.51.99.255", False),
        ("::ffff:198.51.100.7", True), ("::ffff:198.51.101.7", False), ("2001:db8::1", True), ("2001:db9::1", False),
        ("203.0.113.9", True), ("203.0.113.10", False), ("", False), ("unknown", False), ("198.51.100.7:443", False),
        ("198.51.100.7, 203.0.113.10", False), ("0xc6.51.100.7", False), ("198.51.100.07", False),
    ],
)  # fmt: skip
def test_it_calls_from_its_networks_alone(address: str, inside: bool) -> None:
    found = client("198.51.100.0/24", "2001:db8::/32", "203.0.113.9")
    terms = Terms.of(found.claims("loans.read"))
    outcomes = []
    checks: tuple[Callable[[], None], ...] = (
        lambda: found.check_address(address),
        lambda: terms.check({ADDRESS: address}),
    )
    for check in checks:
        try:
            check()
            outcomes.append("")
        except PermissionDenied as refused:
            outcomes.append(refused.reason)
    assert outcomes == ["" if inside else "ADDRESS_REFUSED"] * 2


def test_without_networks_it_calls_from_anywhere() -> None:
    client().check_address("")
    Terms.of(client().claims("loans.read")).check({})


def test_it_is_revoked_once_and_its_secret_forgotten() -> None:
    found = client()
    found.revoke(NOW)
    assert (found.secret_hash, found.revoke_time) == ("", NOW)
    with pytest.raises(NotFound):
        found.revoke(NOW)
