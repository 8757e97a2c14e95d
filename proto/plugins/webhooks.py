"""gen/docs/webhooks.md: the events that partners get by webhooks, by the option `scopes` of the contract's events."""

from collections.abc import Iterator

from proto.plugins.contract import Contract, MessageAt, Options
from proto.plugins.scopes import scopes

EVENT = "loanflow.options.v1.event"
# Ids of persons who work for the lender are none of a partner's business.
STAFF = frozenset({"officer_id"})


def page(contract: Contract) -> str:
    """The list, by type."""
    known = {value: scope.name for value, scope in scopes(contract).items()}
    found = sorted(_events(contract), key=lambda each: str(each[1].get("type", "")))
    lines = ["# Events of webhooks", "", "| type | when | by one of the scopes | ids in `data` |", "|---|---|---|---|"]
    for message, event in found:
        names = ", ".join(f"`{known[value]}`" for value in event["scopes"])
        when = " ".join(contract.comment(message.place).split()).replace("|", "\\|")
        lines.append(f"| `{event['type']}` | {when} | {names} | {', '.join(_ids(message))} |")
    return "\n".join(lines) + "\n"


def _events(contract: Contract) -> Iterator[tuple[MessageAt, Options]]:
    for message in contract.own_messages:
        event = contract.options(message.proto.options).get(EVENT)
        if event and event.get("scopes"):
            yield message, event


def _ids(message: MessageAt) -> list[str]:
    names = [field.name for field in message.proto.field]
    return [f"`{name}`" for name in names if name.endswith("_id") and name not in STAFF]
