"""What people come for, as journeys over many services, and which RPC is part of which.

A journey is whole when its calls are answered: SPEC asks for 99.9 %, and 99.95 % of those that are critical.
"""

import json
from dataclasses import dataclass
from functools import cache

from stack import folders

AVAILABLE, CRITICALLY_AVAILABLE = 0.999, 0.9995
# Of a journey's calls that are no streams, so many are answered in its time.
IN_TIME = 0.99
# What is called by the clock, not by people; alerts of its own tell of it.
BY_CLOCK = frozenset({"repayment.RunDaily", "kyc.RunScreening"})


@dataclass(frozen=True)
class Journey:
    """`rpcs` are `service.Rpc`, or `service.*` for what no other journey names.

    Its calls take no longer than `seconds`, a bound of the histogram of calls.
    """

    name: str
    rpcs: tuple[str, ...]
    critical: bool = False
    seconds: float = 0.5

    @property
    def available(self) -> float:
        """The share of its calls that are answered."""
        return CRITICALLY_AVAILABLE if self.critical else AVAILABLE


def _of(service: str, names: str) -> tuple[str, ...]:
    return tuple(f"{service}.{name}" for name in names.split())


JOURNEYS = (
    # A password is hashed on purpose for longer than most calls take.
    Journey("sign in", _of("auth", "Login AnswerChallenge EnrolSecondFactor Refresh Logout GetJwks GetRevocations"),
            critical=True, seconds=1.0),
    Journey("register", (
        *_of("auth", "StartRegistration ProveRegistration RegisterAccount GetRegistration TakeAccountMail"),
        *_of("auth", "FinishAccountMail RequestEmailConfirmation RequestPasswordReset ResetPassword"), "customer.*",
    ), seconds=1.0),
    Journey("use by apps", _of("auth", "Authorize DecideAuthorization IssueToken RevokeToken IntrospectToken"
                               " GetUserInfo EndAppSession GetDiscovery"), seconds=1.0),
    Journey("apply", ("application.*", "document.*"), critical=True),
    Journey("decide", ("kyc.*", "risk.*", "discussion.*", "approval.*")),
    Journey("conclude and pay out", ("agreement.*", "activation.*"), critical=True),
    Journey("repay", ("repayment.*",), critical=True),
    Journey("be told", ("notification.*",)),
    # Of staff: whoever searches the trails of twelve services waits for each of them.
    Journey("administer", ("auth.*", "audit.*", "application.GetDashboard"), seconds=2.0),
)  # fmt: skip


@cache
def access() -> dict[str, dict[str, bool]]:
    """The contract's RPCs by their paths."""
    found: dict[str, dict[str, bool]] = json.loads((folders.CHECKOUT / "gen" / "access.json").read_text())
    return found


def short(path: str) -> str:
    """`kyc.Verify` for the path of that RPC."""
    package, method = path.removeprefix("/").split("/")
    return f"{package.split('.')[1]}.{method}"


def of(rpc: str) -> Journey:
    """The journey that a `service.Rpc` is part of."""
    named = [each for each in JOURNEYS if rpc in each.rpcs]
    return named[0] if named else next(each for each in JOURNEYS if f"{rpc.split('.')[0]}.*" in each.rpcs)


def paths(journey: Journey, *, streams: bool = True) -> list[str]:
    """The paths of the RPCs of a journey; without its streams, which last for as long as their readers like."""
    found = []
    for path, entry in access().items():
        rpc = short(path)
        streamed = entry["server_streaming"] or entry["client_streaming"]
        if of(rpc) is journey and rpc not in BY_CLOCK and (streams or not streamed):
            found.append(path)
    return sorted(found)


def methods(chosen: list[str]) -> str:
    """Those paths as one regular expression: of a service's RPCs, its name once."""
    services: dict[str, list[str]] = {}
    for path in chosen:
        service, method = path.rsplit("/", 1)
        services.setdefault(service, []).append(method)
    return "|".join(f"{service}/({'|'.join(names)})" for service, names in services.items())
