"""gen/load/README.md: how the scripts are run, word for word, and what they do and leave out."""

from collections.abc import Iterator
from pathlib import Path

from envoy.limits import LIMITS
from proto.plugins.load.plan import Plan
from proto.plugins.load.settings import SETTINGS
from proto.plugins.load.targets import variables
from stack.observability.journeys import IN_TIME

_PAGE = Path(__file__).with_name("page.md")


def page(plan: Plan) -> str:
    """The page."""
    limit, create = LIMITS["SENSITIVE"], plan.mix[0]
    ((created, kept),) = create["keep"].items()
    made = _PAGE.read_text()
    for name, text in {
        "settings": "\n".join(f"| `{each}` | {meaning} |" for each, meaning in SETTINGS.items()),
        "reads": f"{len(plan.mix) - 1}",
        "mix": "\n".join(_listed(plan, each["call"]) for each in plan.mix),
        "walk": "\n".join(f"{at}. {each['name']}: `{each['call']}`" for at, each in enumerate(plan.walk, 1)),
        "left": "\n".join(f"- {each}: {why}" for each, why in plan.left.items()),
        "sign_in": f"{limit.seconds / limit.refill:g}",
        "burst": f"{limit.burst}",
        "in_time": f"{IN_TIME * 100:g}",
        "objectives": "\n".join(_objectives(plan)),
        "variables": ", ".join(f"`{each}`" for each in variables(plan)),
        "sign_in_path": plan.operations[plan.sign_in["call"]].path,
        "create_path": plan.operations[create["call"]].path,
        "created": created,
        "kept": kept,
    }.items():
        made = made.replace(f"{{{name}}}", text)
    return made


def _listed(plan: Plan, operation: str) -> str:
    found = plan.operations[operation]
    return f"- `{found.verb} {found.path}`: `{operation}`"


def _objectives(plan: Plan) -> Iterator[str]:
    """A row of the table for each journey that the scripts are part of."""
    for journey in {each.journey.name: each.journey for each in plan.operations.values()}.values():
        ours = ", ".join(f"`{each.id}`" for each in plan.operations.values() if each.journey is journey)
        yield f"| {journey.name} | {100 * (1 - journey.available):.6g} % | {journey.seconds:g} s | {ours} |"
