"""proto/journey.yaml, read: the journey of one loan in parts, each a list of steps as its head describes them."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Json = dict[str, Any]
# In a body, a form, a file or what is fresh.
VARIABLE = re.compile(r"\{\{([\w$]+)\}\}")
# How long a step waits for what its `until` names: as long as a part of the lender's machinery may be away.
PATIENCE_MS, PAUSE_MS = 120_000, 200
_KEYS = "#/components/parameters/IDEMPOTENCY_KEY_"


class Part(NamedTuple):
    """What is walked in one go; between two parts a person has to do something, as `about` says."""

    name: str
    about: str
    steps: list[Json]


def read(file: Path) -> Json:
    """The file as it is written."""
    journey: Json = yaml.safe_load(file.read_text())
    return journey


def takes_key(operation: Json) -> bool:
    """Whether an operation of gen/openapi.yaml takes an Idempotency-Key."""
    return any(each.get("$ref", "").startswith(_KEYS) for each in operation.get("parameters", []))


def parts(journey: Json) -> list[Part]:
    """Every part in its order; the lender's staff are invited in the first, and join in the next."""
    openings = iter([[*journey["sign_in"], *_invited(journey["staff"])], _joined(journey["staff"])])
    return [Part(part["name"], part["about"], [*next(openings, []), *part["steps"]]) for part in journey["parts"]]


def _invited(staff: Json) -> list[Json]:
    """An account and its role for each of the lender's staff; `token` and `secondToken` are administrators'."""
    steps: list[Json] = [*staff["approver"]]
    for person, role in staff["roles"].items():
        email, number = f"{{{{{person}Email}}}}", f"{{{{{person}Number}}}}"
        steps += [
            {"name": f"An invitation for {person}", "call": staff["create"], "as": "token",
             "body": {"email": email, "fullName": person, "roles": [role], "personnelNumber": number},
             "fresh": {f"{person}Email": f"{person}.{{{{$guid}}}}@lender.example", f"{person}Number": "{{$guid}}"},
             "keep": {"grant_id": "grant.grantId"}},
            {"name": f"The role for {person} is approved", "call": staff["approve"], "as": "secondToken",
             "body": {"approve": True}},
        ]  # fmt: skip
    return steps


def _joined(staff: Json) -> list[Json]:
    """A password, an authenticator app and a sign-in for each of them, by the token that they were mailed."""
    steps: list[Json] = []
    for person in staff["roles"]:
        steps += [
            {"name": f"{person} joins", "call": staff["join"],
             "body": {"invitationToken": f"{{{{{person}Invitation}}}}", "password": staff["password"]}},
            {"name": f"{person} signs in", "call": staff["sign_in"],
             "body": {"email": f"{{{{{person}Email}}}}", "password": staff["password"]},
             "keep": {"challenge": "challenge.token", "enrolled": "challenge.enrolment.totpSecret"}},
            {"name": f"{person} sets an authenticator app up", "call": staff["enrol"], "totp": {"totpCode": "enrolled"},
             "body": {"challengeToken": "{{challenge}}", "totpCode": "{{totpCode}}"},
             "keep": {f"{person}Token": "tokens.accessToken", f"{person}Id": "accountId"}},
        ]  # fmt: skip
    return steps
