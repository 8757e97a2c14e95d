"""What the load scripts do: the mix of calls, the steps that a customer walks alone, and what is left out and why."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proto.plugins.journey import VARIABLE, Json, takes_key
from stack.observability import journeys

# The journey's variable that has the token of the customer; who else signs in is staff.
CUSTOMER = "customerToken"
# What the scripts themselves know before the first step: who is signed in, and a file to upload.
CUSTOMER_ID, PAPER = "customer_id", "paper"
# Asked by the scripts beside the steps: a new pair of tokens.
REFRESH = "AuthService_Refresh"
IN_PATH = re.compile(r"\{(\w+)\}")
# What a step may say here; a code of an authenticator app, for one, no customer of the load has.
_KNOWN = frozenset({"name", "call", "as", "body", "form", "file", "keep", "until", "patient", "back"})


class LoadError(Exception):
    """The journey names what the contract does not have, or what no load script can do."""


@dataclass(frozen=True)
class Operation:
    """One operation of gen/openapi.yaml: its id, how it is asked, and the objectives' journey that it is part of."""

    id: str
    verb: str
    path: str
    signed_in: bool
    takes_key: bool
    journey: journeys.Journey
    described: Json

    @property
    def body(self) -> Json | None:
        """The schema of its request's body, None where it has none."""
        content = self.described.get("requestBody", {}).get("content", {})
        found: Json | None = next((each["schema"] for each in content.values()), None)
        return found

    @property
    def is_form(self) -> bool:
        """Whether the body is a multipart form."""
        return "multipart/form-data" in self.described.get("requestBody", {}).get("content", {})

    @property
    def answer(self) -> Json:
        """The schema of its answer."""
        found: Json = self.described["responses"]["200"]["content"]["application/json"]["schema"]
        return found


@dataclass(frozen=True)
class Plan:
    """`sign_in`, `walk` and `mix` are steps as proto/journey.yaml has them; `left` names others, with the reason."""

    sign_in: Json
    walk: Sequence[Json]
    mix: Sequence[Json]
    left: Mapping[str, str]
    operations: Mapping[str, Operation]

    @property
    def steps(self) -> list[Json]:
        """Every step that is asked, once: the walk, and of the mix what is not in it."""
        return [*self.walk, *(each for each in self.mix if each not in self.walk)]


def planned(journey: Json, document: Json) -> Plan:
    """The plan of a journey and an OpenAPI document; LoadError with what does not fit."""
    steps: list[Json] = [step for part in journey["parts"] for step in part["steps"]]
    begin = next((at for at, step in enumerate(steps) if CUSTOMER in step.get("keep", {})), None)
    if begin is None:
        raise LoadError(f"proto/journey.yaml: no step keeps {CUSTOMER}, so no customer signs in")
    end = next((at for at in range(begin, len(steps)) if not _is_customers(steps[at])), len(steps))
    walk, known = steps[begin + 1 : end], _operations(document)
    mix = _mix(journey["mix"], walk, known)
    _refuse_unknown(walk, known)
    _refuse_unknown(mix, known)
    early = dict.fromkeys(_customers(steps[:begin]), "once before the load: it takes or makes what is mailed")
    late = dict.fromkeys(_customers(steps[end:]), f"comes after staff: “{steps[end]['name']}”" if steps[end:] else "")
    named = (steps[begin]["call"], REFRESH, *(each["call"] for each in (*walk, *mix)))
    return Plan(steps[begin], walk, mix, early | late, {each: _of(each, known) for each in dict.fromkeys(named)})


def variables(value: Any) -> list[str]:
    """The names of the variables in a body, a form or a text."""
    return VARIABLE.findall(json.dumps(value))


def _customers(steps: Iterable[Json]) -> list[str]:
    return [each["name"] for each in steps if _is_customers(each)]


def _is_customers(step: Json) -> bool:
    return bool(step.get("as", CUSTOMER) == CUSTOMER)


def _mix(written: Json, walk: Sequence[Json], known: Mapping[str, Operation]) -> list[Json]:
    """The create, then the reads, which are about what was created: a round that is asked again and again."""
    creates = [each for each in walk if each["call"] == written["create"]]
    if len(creates) != 1:
        raise LoadError(f"proto/journey.yaml: {written['create']} of the mix is not one step of a customer's, alone")
    reads = [{"name": each, "call": each} for each in written["reads"]]
    for each in reads:
        if _of(each["call"], known).verb != "GET":
            raise LoadError(f"proto/journey.yaml: {each['call']} of the mix reads nothing")
    return [*creates, *reads]


def _refuse_unknown(steps: Iterable[Json], known: Mapping[str, Operation]) -> None:
    """Refuses what no script can do, and a variable that no step before has kept."""
    kept = {CUSTOMER_ID, PAPER}
    for step in steps:
        if strange := step.keys() - _KNOWN:
            raise LoadError(f"proto/journey.yaml: {step['name']}: load scripts know no {', '.join(sorted(strange))}")
        operation = _of(step["call"], known)
        used = [*IN_PATH.findall(operation.path), *variables([step.get(each) for each in ("body", "form", "file")])]
        if missing := [each for each in used if each not in kept]:
            raise LoadError(f"proto/journey.yaml: {step['name']}: no step of the customer's before keeps {missing[0]}")
        if ("file" in step) != operation.is_form:
            raise LoadError(f"proto/journey.yaml: {step['name']}: {operation.id} takes {_taken(operation)}")
        kept |= step.get("keep", {}).keys()


def _taken(operation: Operation) -> str:
    return "a file" if operation.is_form else "no file"


def _operations(document: Json) -> dict[str, Operation]:
    return {
        described["operationId"]: _operation(verb, path, described)
        for path, item in document["paths"].items()
        for verb, described in item.items()
    }


def _operation(verb: str, path: str, described: Json) -> Operation:
    service, _, method = described["operationId"].partition("_")
    journey = journeys.of(f"{service.removesuffix('Service').lower()}.{method}")
    signed_in = described.get("security") != []
    return Operation(described["operationId"], verb.upper(), path, signed_in, takes_key(described), journey, described)


def _of(operation: str, known: Mapping[str, Operation]) -> Operation:
    if operation not in known:
        raise LoadError(f"proto/journey.yaml: {operation} is no operation of the contract")
    return known[operation]
