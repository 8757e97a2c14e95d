"""Scopes of partners' programs: what of the contract needs which, and gen/docs/scopes.md, the list of them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from proto.plugins.contract import ENUM_VALUES, FILE_ENUMS, Contract, Options, Place

_ENUM = "loanflow.options.v1.Scope"
_NAME, _ACTS_AS = "loanflow.options.v1.scope_name", "loanflow.options.v1.acts_as"
CUSTOMER, ITSELF = "CALLER_KIND_END_USER", "CALLER_KIND_CLIENT"


@dataclass(frozen=True)
class Scope:
    """A scope: its value in the contract, its name in tokens, as whom a program acts by it, and what it opens."""

    value: str
    name: str
    acts_as: str
    comment: str


# Every RPC asks for them.
@lru_cache(maxsize=4)
def scopes(contract: Contract, *, imported: bool = True) -> dict[str, Scope]:
    """The scopes by their values, as they are declared, here or in what is imported; without that which is none."""
    found = {}
    for file in contract.files if imported else contract.own:
        for index, enum in enumerate(file.enum_type):
            if f"{file.package}.{enum.name}" == _ENUM:
                for number, value in enumerate(enum.value[1:], 1):
                    options = contract.options(value.options)
                    comment = contract.comment(Place(file, (FILE_ENUMS, index, ENUM_VALUES, number)))
                    name, acts_as = options.get(_NAME, ""), options.get(_ACTS_AS, "")
                    found[value.name] = Scope(value.name, name, acts_as, comment)
    return found


def scopes_of(contract: Contract, access: Options) -> list[str]:
    """The names of the scopes that an access option lets in."""
    known = scopes(contract)
    return [known[value].name for value in access.get("scopes", []) if value in known]


def wrong_scopes(contract: Contract, access: Options) -> Iterator[str]:
    """What is wrong with the scopes of an access option."""
    known = scopes(contract)
    for value in access.get("scopes", []):
        if value not in known:
            yield f"names {value}, which is no scope"
        elif known[value].acts_as == CUSTOMER and not access.get("owner"):
            yield f"takes {value}, by which a program acts as a customer, and yet no customer may call: name an owner"


def page(contract: Contract, opened: dict[str, list[str]]) -> str:
    """The list of scopes; `opened` has the RPCs by the names of scopes."""
    who = {CUSTOMER: "a customer who agreed", ITSELF: "itself"}
    lines = ["# Scopes", "", "| scope | what for | the program acts as | RPCs |", "|---|---|---|---|"]
    for scope in scopes(contract, imported=False).values():
        rpcs = "<br>".join(sorted(opened.get(scope.name, [])))
        lines.append(f"| `{scope.name}` | {' '.join(scope.comment.split())} | {who[scope.acts_as]} | {rpcs} |")
    return "\n".join(lines) + "\n"
