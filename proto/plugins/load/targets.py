"""gen/load/targets.jq, for vegeta: the mix as a program of jq, which fills in who calls and encodes the bodies."""

import json
import re
from typing import Any

from proto.plugins.journey import VARIABLE
from proto.plugins.load.plan import CUSTOMER_ID, Operation, Plan

_HEAD = """\
# Made by `make gen` from proto/journey.yaml and the contract; do not edit. README.md says how it is run.
#
# The mix of one customer's calls as targets of vegeta (-format=json). The variables are those of the environment;
# without {created} it is the one call that makes one.
def variable($name): if ($ENV[$name] // "") == "" then error("\\($name) is not set") else $ENV[$name] end;
def target($method; $path; $header; $body):
  {{method: $method, url: (variable("baseUrl") + $path), header: $header}}
  + (if $body == null then {{}} else {{body: ($body | tojson | @base64)}} end);
def everyone: {{}};
def customer: {{"Authorization": ["Bearer " + variable("token")]}};
def json: {{"Content-Type": ["application/json"]}};

def create:
  {create};

if ($ENV.{created} // "") == "" then create
else
  create,
{reads}
end
"""


def targets(plan: Plan) -> str:
    """The program; what it takes of the environment is `variables` of the plan."""
    create, *reads = plan.mix
    asked = ",\n".join(f"  {_target(plan.operations[each['call']], None)}" for each in reads)
    made = _target(plan.operations[create["call"]], create["body"])
    return _HEAD.format(create=made, reads=asked, created=created(plan))


def created(plan: Plan) -> str:
    """The variable of what the create makes, which the reads are about."""
    (name,) = plan.mix[0]["keep"]
    return str(name)


def variables(plan: Plan) -> list[str]:
    """What the program takes of the environment."""
    return ["baseUrl", "token", CUSTOMER_ID, created(plan)]


def _target(operation: Operation, body: Any) -> str:
    path = re.sub(r"\{(\w+)\}", r"{{\1}}", operation.path)
    header = "customer" if operation.signed_in else "everyone"
    if body is not None:
        header += " + json"
    written = "null" if body is None else _jq(body)
    return f"target({json.dumps(operation.verb)}; {_jq(path)}; {header}; {written})"


def _jq(value: Any) -> str:
    """JSON as jq, where a text has its variables in itself: `"/x/\\(variable("y"))"`."""
    written = json.dumps(value, ensure_ascii=False)
    return VARIABLE.sub(r'\\(variable("\1"))', written)
