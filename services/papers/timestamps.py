"""A timestamp authority (RFC 3161) as seals ask it, over HTTP."""

from typing import TYPE_CHECKING, Any

from services.runtime.calling.outside import Headers, OutsideHttp
from services.runtime.errors import Unavailable

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

_SECONDS = 5.0


def timestamps(url: str) -> "TimeStamper | None":
    """The authority at that address; None without one. A seal that it does not answer for is errors.Unavailable."""
    if not url:
        return None
    # What signs PDF files is loaded where there is an authority alone.
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    http = OutsideHttp("the timestamp authority", _SECONDS)

    class Authority(TimeStamper):
        """Asks by POST, as RFC 3161, 3.4 says."""

        async def async_request_tsa_response(self, req: Any) -> Any:
            """Its answer."""
            headers: Headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
            answer = http.call("POST", url, headers, req.dump())
            if answer.status != 200:
                raise Unavailable(f"the timestamp authority answers {answer.status}")
            return tsp.TimeStampResp.load(answer.body)

    made: TimeStamper = Authority()  # type: ignore[no-untyped-call]  # its base has no types
    return made
