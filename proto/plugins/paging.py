"""Refuses a list that may be asked for larger pages than lists give: a caller would take the first page for all."""

from proto.plugins.contract import MESSAGE_FIELDS, Contract
from services.runtime.stores.paging import MAX_SIZE

SIZE, RULES = "page_size", "buf.validate.field"


def oversized(contract: Contract) -> dict[str, str]:
    """No file; notes every such field as an error of the contract."""
    for message in contract.own_messages:
        for index, field in enumerate(message.proto.field):
            rules = contract.options(field.options).get(RULES, {}).get("int32", {})
            least, most = rules.get("gte"), rules.get("lte")
            if field.name == SIZE and (least, most) != (0, MAX_SIZE):
                place, name = message.place.child(MESSAGE_FIELDS, index), f"{message.name}.{field.name}"
                problem = f"its rules let {least} to {most} in, and lists give {MAX_SIZE} at most: make them"
                contract.refuse(place, name, f"{problem} gte: 0, lte: {MAX_SIZE}")
    return {}
