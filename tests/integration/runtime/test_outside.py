"""HTTP to parties outside: whatever they do, a call ends in time with a whole answer or none."""

import time

import pytest

from services.runtime.calling.outside import OutsideHttp
from services.runtime.errors import Unavailable
from tests.fakes.hostile import HTTP_SCRIPTS, Script, hostile, http, says

# A call may be this late on a busy machine; the hostile servers go on for 30 seconds.
_SECONDS, _LATE = 0.5, 10.0


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in HTTP_SCRIPTS.items()])
def test_no_party_keeps_a_caller_or_is_believed_in_part(script: Script) -> None:
    client = OutsideHttp("the party", _SECONDS)
    with hostile(script) as port:
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="the party"):
            client.call("GET", f"http://127.0.0.1:{port}/")
        assert time.monotonic() - begun < _LATE
    client.close()


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    client = OutsideHttp("the party", 5.0)
    with (
        hostile(says(http(200, {"elsewhere": True}))) as other,
        hostile(says(http(307, b"", f"Location: http://127.0.0.1:{other}/\r\n"))) as port,
    ):
        assert client.call("POST", f"http://127.0.0.1:{port}/", content=b"secret").status == 307
    client.close()


def test_an_answer_at_the_limit_is_whole_and_one_above_it_is_none() -> None:
    client = OutsideHttp("the party", 5.0, max_bytes=10)
    with hostile(says(http(200, b"0123456789"))) as port:
        assert client.call("GET", f"http://127.0.0.1:{port}/").body == b"0123456789"
    with hostile(says(http(200, b"0123456789a"))) as port, pytest.raises(Unavailable, match="more than 10 bytes"):
        client.call("GET", f"http://127.0.0.1:{port}/")
    client.close()


def test_an_unreachable_server_is_unavailable() -> None:
    client = OutsideHttp("the party", 0.5)
    with pytest.raises(Unavailable):
        client.call("GET", "http://127.0.0.1:9/")
    client.close()
