"""The API reference, which the edge answers by itself: the OpenAPI document, and Swagger UI's own files around it."""

from importlib.metadata import files
from pathlib import Path

from envoy import limits
from envoy.edge import TRANSCODER, TYPE, Edge, Json

SPEC_PATH, PAGE_PATH = "/openapi.yaml", "/docs"
# The largest file, the script, is of 1.5 MB.
MAX_BYTES = 4 * 1024 * 1024
_PACKAGE = "swagger-ui-bundle-v2"
_START = f"""\
SwaggerUIBundle({{
  url: "{SPEC_PATH}",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "list",
  tagsSorter: "alpha",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
}});
"""
_PAGE = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LoanFlow API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{PAGE_PATH}/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="{PAGE_PATH}/swagger-ui-bundle.js"></script>
<script src="{PAGE_PATH}/start.js"></script>
</body>
</html>
"""
# Scripts only from here and none inside the page; the interface sets styles on its elements.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def paths(edge: Edge) -> list[str]:
    """Every path that is answered so, all for everybody."""
    return [route["match"]["path"] for route in routes(edge)]


def routes(edge: Edge) -> list[Json]:
    """One route for each file; none where the edge has no OpenAPI document."""
    if edge.openapi is None:
        return []
    script = "text/javascript; charset=utf-8"
    return [
        _route(SPEC_PATH, {"filename": str(edge.openapi)}, "application/yaml"),
        _route(PAGE_PATH, {"inline_string": _PAGE}, "text/html; charset=utf-8"),
        _route(f"{PAGE_PATH}/start.js", {"inline_string": _START}, script),
        _route(f"{PAGE_PATH}/swagger-ui-bundle.js", _packaged("swagger-ui-bundle.js"), script),
        _route(f"{PAGE_PATH}/swagger-ui.css", _packaged("swagger-ui.css"), "text/css; charset=utf-8"),
    ]


def _route(path: str, body: Json, content_type: str) -> Json:
    transcoder = {"@type": TYPE + "filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder", "proto_descriptor_bin": ""}
    headers = {
        "content-type": content_type,
        "content-security-policy": _POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
    return {
        "match": {"path": path},
        "direct_response": {"status": 200, "body": body},
        "metadata": {"filter_metadata": {limits.FILTER: {"address": "STANDARD"}}},
        "typed_per_filter_config": {TRANSCODER: transcoder},
        "response_headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in headers.items()
        ],
    }


def _packaged(name: str) -> Json:
    """A file of Swagger UI as its release has it, out of the installed package."""
    found = next(str(Path(str(file.locate())).resolve()) for file in files(_PACKAGE) or () if file.name == name)
    return {"filename": found}
