"""proto/journey.yaml, read: the journey of one loan in parts, each a list of steps as its head describes them."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

Json = dict[str, Any]


class Part(NamedTuple):
    """What is walked in one go; between two parts a person has to do something, as `about` says."""

    name: str
    about: str
    steps: list[Json]


def read(file: Path) -> Json:
    """The file as it is written."""
    journey: Json = yaml.safe_load(file.read_text())
    return journey


def parts(journey: Json) -> list[Part]:
    """Every part in its order; the first begins with the administrator and the lender's staff."""
    opening = [*journey["sign_in"], *_staff(journey["staff"])]
    found = []
    for part in journey["parts"]:
        found.append(Part(part["name"], part["about"], [*opening, *part["steps"]]))
        opening = []
    return found


def _staff(staff: Json) -> list[Json]:
    """An account and a sign-in for each of the lender's staff; `token` and `secondToken` are administrators'."""
    steps: list[Json] = [*staff["approver"]]
    for person, role in staff["roles"].items():
        secrets = {"email": f"{{{{{person}Email}}}}", "password": staff["password"]}
        email = secrets["email"]
        form = {"email": email, "fullName": person, "roles": [role], "personnelNumber": f"{{{{{person}Number}}}}"}
        steps += [
            {"name": f"An invitation for {person}", "call": staff["create"], "as": "token", "body": form,
             "fresh": {f"{person}Email": f"{person}.{{{{$guid}}}}@lender.example", f"{person}Number": "{{$guid}}"},
             "keep": {"invitation": "invitationToken", "grant_id": "grant.grantId"}},
            {"name": f"The role for {person} is approved", "call": staff["approve"], "as": "secondToken",
             "body": {"approve": True}},
            {"name": f"{person} joins", "call": staff["join"],
             "body": {"invitationToken": "{{invitation}}", "password": staff["password"]}},
            {"name": f"{person} signs in", "call": staff["sign_in"], "body": secrets,
             "keep": {"challenge": "challenge.token", "enrolled": "challenge.enrolment.totpSecret"}},
            {"name": f"{person} sets an authenticator app up", "call": staff["enrol"], "totp": {"totpCode": "enrolled"},
             "body": {"challengeToken": "{{challenge}}", "totpCode": "{{totpCode}}"},
             "keep": {f"{person}Token": "tokens.accessToken", f"{person}Id": "accountId"}},
        ]  # fmt: skip
    return steps
