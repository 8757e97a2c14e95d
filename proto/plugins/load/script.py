"""gen/load/journey.ts, for k6: engine.ts, with the contract's types and operations, objectives and steps put in."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from envoy.limits import LIMITS
from envoy.replies import RETRY_AFTER_SECONDS
from proto.plugins.journey import PATIENCE_MS, PAUSE_MS, Json
from proto.plugins.load.paper import sample
from proto.plugins.load.plan import CUSTOMER_ID, IN_PATH, REFRESH, LoadError, Operation, Plan
from proto.plugins.load.settings import SETTINGS
from proto.plugins.load.typescript import Types, access, inline, literal
from stack.observability.journeys import IN_TIME

_ENGINE = Path(__file__).with_name("engine.ts")


def script(plan: Plan, schemas: Mapping[str, Json]) -> str:
    """The script; LoadError when a step keeps or awaits what the answer has not."""
    made = _ENGINE.read_text()
    for name, text in {
        "contract": _contract(plan, Types(schemas)),
        "objectives": _objectives(plan),
        "operations": _operations(plan),
        "settings": f"const SETTINGS = {literal(dict(SETTINGS), 0)};",
        "steps": _steps(plan),
    }.items():
        made = made.replace(f"/*{{{name}}}*/", text)
    return made


def _contract(plan: Plan, types: Types) -> str:
    """The types of each operation's answer, body and path, of the variables, and of all that these refer to."""
    kept = {CUSTOMER_ID: "string"}
    for step in plan.steps:
        operation = plan.operations[step["call"]]
        for name, path in step.get("keep", {}).items():
            kept[name] = _at(types, step, operation, path)
        for path in step.get("until", {}):
            _at(types, step, operation, path)
    operations = plan.operations.values()
    parts = [
        _interface("Answers", {each.id: types.of(each.answer) for each in operations}),
        _interface("Bodies", {each.id: types.of(each.body) if each.body else "undefined" for each in operations}),
        _interface("Paths", {each.id: _path(each) for each in operations}),
        _interface("Variables", {f"{name}?": f"{kind} | undefined" for name, kind in kept.items()}),
        types.declarations(),
    ]
    lines = "\n\n".join(parts).splitlines()
    inside = "\n".join(f"  {line}" if line else "" for line in lines)
    return f"// Of the contract, as far as the steps need it.\ndeclare namespace Contract {{\n{inside}\n}}"


def _at(types: Types, step: Json, operation: Operation, path: str) -> str:
    found = types.at(operation.answer, path)
    if found is None:
        raise LoadError(f"proto/journey.yaml: {step['name']}: the answer of {operation.id} has no {path}")
    return found


def _interface(name: str, fields: Mapping[str, str]) -> str:
    inside = "".join(f"\n  {field}: {kind};" for field, kind in fields.items())
    return f"interface {name} {{{inside}\n}}"


def _path(operation: Operation) -> str:
    names = IN_PATH.findall(operation.path)
    return f"{{ {'; '.join(f'{name}: string' for name in names)} }}" if names else "Record<string, never>"


def _objectives(plan: Plan) -> str:
    """The objectives of the journeys that are part of it, and the figures of the platform that the script goes by."""
    used = {each.journey.name: each.journey for each in plan.operations.values()}
    rows = "".join(
        f"\n  {json.dumps(name)}: {{ failed: {1 - each.available:.6g}, milliseconds: {each.seconds * 1000:g} }},"
        for name, each in used.items()
    )
    limit = LIMITS["SENSITIVE"]
    figures = {
        "IN_TIME": f"{IN_TIME * 100:g}",
        "EXPECTED": f"{min(each.available for each in used.values()):g}",
        "RETRY_AFTER_SECONDS": f"{RETRY_AFTER_SECONDS}",
        "SIGN_IN_SECONDS": f"{limit.seconds / limit.refill:g}",
        "PATIENCE_MS": f"{PATIENCE_MS}",
        "PAUSE_MS": f"{PAUSE_MS}",
    }
    lines = [f"const {name} = {figure};" for name, figure in figures.items()]
    return "\n".join([f"const OBJECTIVES = {{{rows}\n}};", *lines])


def _operations(plan: Plan) -> str:
    rows = []
    for each in plan.operations.values():
        shown = {
            "method": each.verb,
            "path": each.path,
            "journey": each.journey.name,
            "signedIn": each.signed_in,
            "takesKey": each.takes_key,
        }
        rows.append(f"\n  {each.id}: {inline(shown)},")
    asked = {"SIGN_IN": plan.sign_in["call"], "REFRESH": REFRESH}
    names = "".join(f"\nconst {name} = {json.dumps(each)};" for name, each in asked.items())
    return f"const OPERATIONS: Record<OperationId, Operation> = {{{''.join(rows)}\n}};{names}"


def _steps(plan: Plan) -> str:
    left = [f"// - {name}: {why}." for name, why in plan.left.items()]
    return "\n".join(
        [
            f"const SAMPLE = {json.dumps(sample())};",
            "",
            *_listed("WALK", plan.walk, plan.operations),
            "// Of the customer's steps these are not in it:",
            *left,
            "",
            *_listed("MIX", plan.mix, plan.operations),
        ]
    )


def _listed(name: str, steps: Sequence[Json], operations: Mapping[str, Operation]) -> list[str]:
    return [f"const {name}: Step[] = [", *(_step(each, operations[each["call"]]) for each in steps), "];"]


def _step(step: Json, operation: Operation) -> str:
    """One step as an object whose `ask` makes the call, keeps what the step keeps, and says what it expects."""
    path = {each: f"{{{{{each}}}}}" for each in IN_PATH.findall(operation.path)}
    arguments = ["me", json.dumps(operation.id), literal(path, 6), _body(step, operation)]
    lines = [f"      const reply = call({', '.join(arguments)});"]
    expected: dict[str, str] = {}
    for name, field in step.get("keep", {}).items():
        lines.append(f"      me.variables.{name} = reply.answer{access(field)};")
        # What is asked for again and again has nothing left to keep at the end.
        if "back" not in step:
            expected[f"has {field}"] = f"me.variables.{name} !== undefined"
    for field, value in step.get("until", {}).items():
        expected[f"{field} is {_shown(value)}"] = f"reply.answer{access(field)} === {json.dumps(value)}"
    found = "".join(f"\n        {json.dumps(words)}: {test}," for words, test in expected.items())
    lines.append(f"      return outcome(reply, {{{found}{chr(10) + '      ' if found else ''}}});")
    head = [f"    name: {json.dumps(step['name'])},", f"    operation: {json.dumps(operation.id)},"]
    if "until" in step or step.get("patient"):
        head.append("    patient: true,")
    if "back" in step:
        head.append(f"    back: {step['back']},")
    return "\n".join(["  {", *head, "    ask: (me) => {", *lines, "    },", "  },"])


def _body(step: Json, operation: Operation) -> str:
    if "file" in step:
        form = "".join(f"{name}: {inline(each)}, " for name, each in step.get("form", {}).items())
        return f"{{ {form}file: PAPER }}"
    if operation.body is None:
        return "undefined"
    return literal(step.get("body", {}), 6)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
