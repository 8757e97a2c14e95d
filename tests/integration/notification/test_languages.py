"""In which language notices are: the profile's from the notice that tells of it, until another one is chosen."""

import re
from datetime import timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerProfileUpdated
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from loanflow.notification.v1 import notification_service_pb2 as pb
from tests.fakes.mail_server import page
from tests.integration.notification.conftest import Service


def profile(running: Service, changed: str, language: str = "") -> None:
    """The profile changes, a second after what came before."""
    running.parties.spoken = language
    running.clock.advance(timedelta(seconds=1))
    at = Timestamp()
    at.FromDatetime(running.clock.now())
    running.happens(CustomerProfileUpdated, changed_fields=[changed], update_time=at)


def test_notices_are_in_the_profile_s_language_from_the_one_that_tells_of_it(running: Service) -> None:
    profile(running, "language", language="de")
    (row,) = running.rows("recipients")
    assert row["profile_language"] not in ("", "de")
    running.clock.advance(timedelta(seconds=1))
    running.happens(KycApproved)
    running.clock.advance(timedelta(seconds=1))
    running.client().UpdatePreferences(pb.UpdatePreferencesRequest(language="NOTICE_LANGUAGE_FR"))
    profile(running, "full_name", language="de")
    profile(running, "language", language="ar")
    profile(running, "language", language="")
    while running.deliver():
        pass
    languages = [re.findall('<html lang="(..)"', page(each)) for each in running.mail_server.mails]
    assert languages == [["de"], ["de"], ["fr"], ["ar"], ["en"]]
    assert running.client().GetPreferences(pb.GetPreferencesRequest()).preferences.language == 0


def test_nothing_of_it_is_left_of_somebody_who_is_erased(running: Service) -> None:
    profile(running, "language", language="de")
    running.happens(CustomerErased)
    profile(running, "language", language="ar")
    (row,) = running.rows("recipients")
    assert (row["language"], row["profile_language"]) == ("", "")
