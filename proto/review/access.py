"""access.txt: one line an RPC, written by hand, held against gen/access.json.

    repayment.GetStatement  GET /api/v1/payments/{loan_id}/statement  owner=loan_id  staff=*  callers=-  COSTLY  key=-

The name, the route (with `body=` where the request is read from the body; `mesh` where there is none), who may call
(`PUBLIC`; `owner=` the request field that names the customer's object, with `+shared` where others share it, or `self`;
`staff=` roles, `*` for all of them; `callers=` services of the mesh; `scopes=` of partners' programs, if any), the rate
class, and whether an `Idempotency-Key` is taken (key=-, OPTIONAL, REQUIRED).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proto.review.places import Places, rows

TABLE = "proto/review/access.txt"
SHARING = "+shared"
STAFF = ("OFFICER", "MANAGER", "RISK_MGR", "INTERNAL", "CREDIT_HEAD", "ADMIN")


@dataclass(frozen=True)
class Route:
    """One REST route of an RPC; `body` is "", "*" or the field that is read from the body."""

    verb: str
    path: str
    body: str

    @property
    def shape(self) -> tuple[str, str]:
        """Verb and path, the names of path fields left out."""
        return self.verb, re.sub(r"\{[^}]*\}", "{}", self.path)


@dataclass(frozen=True)
class Line:
    """One RPC as the table has it; `name` is service.Method, `owner` a field, SHARING after it or not, "self" or ""."""

    name: str
    routes: tuple[Route, ...]
    public: bool
    owner: str
    roles: frozenset[str]
    callers: frozenset[str]
    scopes: frozenset[str]
    rate_class: str
    key: str

    @property
    def service(self) -> str:
        """The service that has the RPC."""
        return self.name.partition(".")[0]

    @classmethod
    def of(cls, path: str, entry: Mapping[str, Any]) -> "Line":
        """The line of an entry of gen/access.json, whose key is the gRPC path."""
        owner = entry["owner"] or {}
        routes = tuple(Route(each["verb"], each["path"], each["body"]) for each in entry["http"])
        return cls(
            short(path), routes, entry["public"], _owner(owner),
            frozenset(entry["roles"]), frozenset(entry["callers"]), frozenset(entry["scopes"]),
            entry["rate_class"],
            "" if entry["idempotency"] == "NONE" else entry["idempotency"],
        )  # fmt: skip

    @classmethod
    def read(cls, text: str) -> "Line":
        """The line that a row of the table stands for; ValueError says what cannot be read."""
        name, *words = text.split()
        routes, words = _routes(words)
        public = words[:1] == ["PUBLIC"]
        words = words[1:] if public else words
        scopes = _value(words.pop(3), "scopes") if len(words) == 6 else ""
        if len(words) != 5:
            raise ValueError(
                "wants: name, route or mesh, [PUBLIC], owner=, staff=, callers=, [scopes=], rate class, key="
            )
        owner, staff, callers = (
            _value(word, key) for word, key in zip(words, ("owner", "staff", "callers"), strict=False)
        )
        roles = STAFF if staff == "*" else filter(None, staff.split(","))
        return cls(
            name, routes, public, owner, frozenset(roles), frozenset(filter(None, callers.split(","))),
            frozenset(filter(None, scopes.split(","))), words[3], _value(words[4], "key"),
        )  # fmt: skip

    def __str__(self) -> str:
        routes = "  ".join(
            f"{route.verb} {route.path}" + (f" body={route.body}" if route.body else "") for route in self.routes
        )
        staff = "*" if self.roles == frozenset(STAFF) else ",".join(role for role in STAFF if role in self.roles)
        who = (["PUBLIC"] if self.public else []) + [f"owner={self.owner or '-'}", f"staff={staff or '-'}"]
        callers = f"callers={','.join(sorted(self.callers)) or '-'}"
        scopes = [f"scopes={','.join(sorted(self.scopes))}"] if self.scopes else []
        return "  ".join(
            [self.name, routes or "mesh", *who, callers, *scopes, self.rate_class, f"key={self.key or '-'}"]
        )


def _owner(owner: Mapping[str, Any]) -> str:
    field = str(owner.get("field", "self" if owner.get("self") else ""))
    return field + SHARING if owner.get("shared") else field


def short(path: str) -> str:
    """service.Method of a gRPC path such as /loanflow.kyc.v1.KycService/GetQueue."""
    package, _, method = path.strip("/").partition("/")
    return f"{package.split('.')[1]}.{method}"


def read(root: Path) -> dict[str, tuple[int, Line]]:
    """The table by the RPC's name, each with its line number; ValueError names a row that cannot be read."""
    found: dict[str, tuple[int, Line]] = {}
    for number, text in rows(root / TABLE):
        try:
            line = Line.read(text)
        except ValueError as error:
            raise ValueError(f"{TABLE}:{number}: {error}") from error
        if line.name in found:
            raise ValueError(f"{TABLE}:{number}: {line.name} stands in line {found[line.name][0]} already")
        found[line.name] = number, line
    return found


def differences(root: Path, access: Mapping[str, Any]) -> Iterator[str]:
    """What the table and the contract say differently, each as file:line, both sides, and what to do."""
    try:
        table = read(root)
    except ValueError as error:
        yield str(error)
        return
    places = Places(root / "proto")
    contract = {line.name: line for line in (Line.of(path, entry) for path, entry in access.items())}
    for name, line in sorted(contract.items()):
        where = places.rpc(name)
        if name not in table:
            yield f"{where}: {name} is new: a reviewer adds its line to {TABLE}:\n    {line}"
        elif table[name][1] != line:
            number, reviewed = table[name]
            yield (
                f"{where}: {name} is not what was reviewed in {TABLE}:{number}: {_changes(reviewed, line)}\n"
                f"    reviewed  {reviewed}\n    contract  {line}\n"
                "    mend the contract; or, when the change is meant, write the second line into the table"
            )
    for name, (number, _) in sorted(table.items()):
        if name not in contract:
            yield f"{TABLE}:{number}: {name} is gone from the contract: bring it back; callers of old still call it"


def _changes(reviewed: Line, line: Line) -> str:
    names = ("routes", "public", "owner", "roles", "callers", "scopes", "rate_class", "key")
    return ", ".join(name.replace("_", " ") for name in names if getattr(reviewed, name) != getattr(line, name))


def _routes(words: list[str]) -> tuple[tuple[Route, ...], list[str]]:
    if words[:1] == ["mesh"]:
        return (), words[1:]
    routes: list[Route] = []
    while len(words) > 1 and words[1].startswith("/"):
        verb, path, *words = words
        body = words.pop(0).removeprefix("body=") if words and words[0].startswith("body=") else ""
        routes.append(Route(verb, path, body))
    return tuple(routes), words


def _value(word: str, key: str) -> str:
    name, equals, value = word.partition("=")
    if name != key or not equals:
        raise ValueError(f"{key}= is expected where {word!r} stands")
    return "" if value == "-" else value
