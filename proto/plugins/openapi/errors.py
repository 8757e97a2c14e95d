"""What an operation may answer instead: by HTTP status, with every reason that its comment and its options give."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.rpc.code_pb2 import Code

from proto.plugins.contract import ENUM_VALUES, Contract
from proto.plugins.errors import ERROR
from proto.plugins.openapi.schemas import REFERENCE, enums
from proto.plugins.reference import PREFIX, REASONS

Json = dict[str, Any]

# As the edge turns gRPC codes into HTTP.
HTTP = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "INTERNAL": 500,
    "UNKNOWN": 500,
    "DATA_LOSS": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
# Refusals of the edge whose HTTP status says more than their code.
EDGE = {
    "REQUEST_TOO_LARGE": 413,
    "HEADERS_TOO_LARGE": 431,
    "MEDIA_TYPE_UNSUPPORTED": 415,
    "METHOD_NOT_ALLOWED": 405,
    "UPGRADE_REQUIRED": 426,
}
OAUTH_ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "string",
            "description": "Why, as RFC 6749 section 5.2 names it; `temporarily_unavailable`: try again later.",
            "enum": [
                "invalid_request",
                "invalid_client",
                "unauthorized_client",
                "unsupported_grant_type",
                "invalid_grant",
                "invalid_scope",
                "temporarily_unavailable",
                "server_error",
            ],
        },
        "error_description": {"type": "string", "description": "What went wrong, for a developer."},
    },
}
STATUS, INFO = "google.rpc.Status", "type.googleapis.com/google.rpc.ErrorInfo"


@dataclass(frozen=True)
class Refusal:
    """One way to be refused; `text` is empty when the reason's own comment says enough."""

    code: str
    reason: str
    text: str = ""

    @property
    def http(self) -> int:
        """The HTTP status."""
        return EDGE.get(self.reason) or HTTP[self.code]


def of_comment(comment: str) -> list[Refusal]:
    """What the `Errors:` list of an RPC's comment says."""
    listed = comment.partition("Errors:")[2].partition("\n")[0]
    parts = ERROR.split(listed)
    found = []
    for code, reasons, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        for reason in reasons.replace(",", " ").split() or [code]:
            found.append(Refusal(code, reason, text.strip()))
    return found


def schemas(contract: Contract) -> Json:
    """The schema of every error, `google.rpc.Status` as the edge writes it."""
    reasons = sorted(_reasons(contract))
    detail = {
        "type": "object",
        "required": ["@type"],
        "properties": {
            "@type": {"type": "string", "description": f"Which kind of detail it is; `{INFO}` in every error."},
            "reason": {"type": "string", "description": "Why: the name of a reason."}
            | ({"enum": reasons} if reasons else {}),
            "domain": {"type": "string", "description": "Who names the reason."},
            "metadata": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "More about the reason, and the correlation id.",
            },
            "retryDelay": {
                "type": "string",
                "pattern": "^[0-9]+(\\.[0-9]+)?s$",
                "description": "After how long the same call may succeed, such as `3s`; the `retry-after` header too.",
            },
            "fieldViolations": {
                "type": "array",
                "description": "The fields that break a rule.",
                "items": {
                    "type": "object",
                    "properties": {
                        "field": {"type": "string", "description": "The field, by its name in the contract."},
                        "description": {"type": "string", "description": "What the rule is."},
                        "reason": {"type": "string", "description": "Why, as above."},
                    },
                },
            },
        },
    }
    properties = {
        "code": {"type": "integer", "description": "The gRPC code."},
        "message": {"type": "string", "description": "What went wrong, for a developer."},
        "details": {"type": "array", "items": detail, "description": "Machine-readable details."},
    }
    description = "Status is the form of every error."
    return {STATUS: {"type": "object", "description": description, "required": ["code"], "properties": properties}}


class Errors:
    """Writes error responses; examples and responses that many operations share go to the components."""

    def __init__(self, contract: Contract, components: Json) -> None:
        """`components` gets `examples` and `responses`."""
        self._reasons, self._components = _reasons(contract), components

    def responses(self, own: Iterable[Refusal], general: Iterable[Refusal]) -> Json:
        """The responses by HTTP status; `general` are the refusals that no comment repeats."""
        listed = list(own)
        known = {(each.code, each.reason) for each in listed}
        every = sorted(
            [*listed, *(each for each in general if (each.code, each.reason) not in known)],
            key=lambda each: (each.http, listed.index(each) if each in listed else len(listed), each.reason),
        )
        found: Json = {}
        for status in dict.fromkeys(each.http for each in every):
            refusals = [each for each in every if each.http == status]
            shared = not any(each in listed for each in refusals)
            found[str(status)] = self._shared(refusals) if shared else self._response(refusals)
        return found

    def of_oauth(self, responses: Json) -> Json:
        """The same refusals in the form of RFC 6749 section 5.2."""
        found = {}
        for status, response in responses.items():
            name = response.get("$ref", "").rpartition("/")[2]
            described = self._components["responses"][name] if name else response
            content = {"application/json": {"schema": OAUTH_ERROR}}
            found[status] = {"description": described["description"], "content": content}
        return found

    def of_pages(self, responses: Json) -> Json:
        """What a browser may be answered with besides: where it is sent on to, and pages that refuse."""
        address = {"description": "Where the browser goes on to.", "schema": {"type": "string"}}
        found = {"303": {"description": "The browser is sent on.", "headers": {"Location": address}}}
        for status, why in (("400", "A page says what is wrong."), ("403", "The page again, with what is wrong.")):
            named = responses.get(status, {}).get("$ref", "").rpartition("/")[2]
            response = self._components["responses"][named] if named else responses.get(status, {})
            lines = [line for line in (why, response.get("description", "")) if line]
            content = {"text/html": {"schema": {"type": "string", "format": "binary"}}, **response.get("content", {})}
            found[status] = {"description": "\n".join(lines), "content": content}
        return dict(sorted({**responses, **found}.items()))

    def _shared(self, refusals: list[Refusal]) -> Json:
        name = ".".join(each.reason for each in refusals)
        self._components["responses"].setdefault(name, self._response(refusals))
        return {"$ref": f"#/components/responses/{name}"}

    def _response(self, refusals: list[Refusal]) -> Json:
        lines = [
            f"- `{each.reason}`: {each.text or self._reasons.get(each.reason, '')}".rstrip(": ") for each in refusals
        ]
        examples = {each.reason: self._example(each) for each in refusals}
        media = {"schema": {"$ref": REFERENCE + STATUS}, "examples": examples}
        return {"description": "\n".join(dict.fromkeys(lines)), "content": {"application/json": media}}

    def _example(self, refusal: Refusal) -> Json:
        name = f"{refusal.code}.{refusal.reason}"
        detail = {"@type": INFO, "reason": refusal.reason, "domain": "loanflow", "metadata": {}}
        value = {
            "code": Code.Value(refusal.code),
            "message": self._reasons.get(refusal.reason, ""),
            "details": [detail],
        }
        self._components["examples"].setdefault(name, {"value": value})
        return {"$ref": f"#/components/examples/{name}"}


def _reasons(contract: Contract) -> dict[str, str]:
    """Every reason without its prefix, with its comment."""
    return {
        value.name.removeprefix(PREFIX): contract.comment(place.child(ENUM_VALUES, index))
        for name, enum, place in enums(contract)
        if name.rpartition(".")[2] == REASONS
        for index, value in enumerate(enum.value)
        if value.number
    }
