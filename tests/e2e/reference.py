"""The API reference as a judge: what the edge answers must be what gen/openapi.yaml says."""

import re
from datetime import timedelta

import httpx

from stack.scan.reference import SHAPE, read

SCHEMA = read()


class Reference:
    """Finds the operation of an answer, and holds the answer against it; knows which operations have succeeded."""

    def __init__(self) -> None:
        paths = SCHEMA.raw_schema["paths"]
        # A word of a path goes before a field in the same place.
        templates = sorted(paths, key=lambda path: [part.startswith("{") for part in path.split("/")])
        self._patterns = {path: re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)) for path in templates}
        self.succeeded: set[str] = set()

    def judge(self, answer: httpx.Response) -> None:
        """AssertionError when the reference has another status, media type or body; an unknown path it lets pass."""
        verb = answer.request.method
        for path, pattern in self._patterns.items():
            found = pattern.fullmatch(answer.request.url.path)
            if found and verb.lower() in SCHEMA.raw_schema["paths"][path]:
                case = SCHEMA[path][verb].Case(path_parameters=found.groupdict())
                case.validate_response(_without_body_of_request(answer), checks=SHAPE)
                if answer.is_success:
                    self.succeeded.add(f"{verb} {path}")
                return


def _without_body_of_request(answer: httpx.Response) -> httpx.Response:
    """An upload cannot be read a second time."""
    request = httpx.Request(answer.request.method, answer.request.url)
    copy = httpx.Response(answer.status_code, headers=answer.headers, content=answer.read(), request=request)
    copy.elapsed = timedelta()
    return copy
