"""What customers let programs do, as the notification service is answered: what stands at this moment, and no more."""

from datetime import timedelta

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1 import consent_pb2
from services.auth.app_authorizations import CONSENT_LIFETIME
from services.notification.peers import AuthPeer
from services.runtime.errors import PermissionDenied
from services.runtime.ids import new_id
from tests.harness import customer, program, service, staff
from tests.integration.auth.apps import AppOf
from tests.integration.auth.conftest import Auth

ADA, BOB = "ada@example.com", "bob@example.com"


def standing(auth: Auth, *customers: str) -> dict[str, dict[str, frozenset[str]]]:
    """As notification reads it."""
    peer = AuthPeer.__new__(AuthPeer)
    peer._stub = auth.client(service("notification"))
    return {whose: dict(given) for whose, given in peer.of(customers).items()}


def test_only_consents_that_stand_are_said(auth: Auth) -> None:
    ada, bob = auth.customer(ADA), auth.customer(BOB)
    app, other = AppOf.registered(auth), AppOf.registered(auth)
    assert standing(auth, ada, bob, new_id()) == {}
    app.code(ADA)
    other.code(BOB, scope="loans.read")
    both = {
        ada: {app.client_id: frozenset({"openid", "loans.read"})},
        bob: {other.client_id: frozenset({"loans.read"})},
    }
    assert standing(auth, ada, bob) == both
    assert standing(auth, bob) == {bob: both[bob]}
    app.code(ADA, scope="openid")
    assert standing(auth, ada) == {ada: {app.client_id: frozenset({"openid"})}}
    [consent] = auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents
    auth.client(customer(ada)).WithdrawConsent(pb.WithdrawConsentRequest(consent_id=consent.consent_id))
    assert standing(auth, ada) == {}
    auth.client(staff("ADMIN")).RevokeClient(pb.RevokeClientRequest(client_id=other.client_id))
    assert standing(auth, bob) == {}


def test_a_consent_ends_by_itself(auth: Auth) -> None:
    ada, app = auth.customer(ADA), AppOf.registered(auth)
    app.code(ADA)
    auth.clock.advance(CONSENT_LIFETIME - timedelta(seconds=1))
    assert standing(auth, ada)
    auth.clock.advance(timedelta(seconds=1))
    assert standing(auth, ada) == {}


def test_only_the_notification_service_asks(auth: Auth) -> None:
    request = consent_pb2.GetConsentsRequest(customer_ids=[new_id()])
    for who in (staff("ADMIN"), customer(), program("loans.read"), service("kyc")):
        with pytest.raises(PermissionDenied):
            auth.client(who).GetConsents(request)
