"""What the edge answers by itself: the API reference, with Swagger UI's own files, and the dashboard of the pipeline.

Both are pages and no more: what they show is asked of the services, by whoever has signed in.
"""

from collections.abc import Mapping
from importlib.metadata import files
from pathlib import Path

from envoy import limits
from envoy.edge import TRANSCODER, TYPE, Edge, Json

SPEC_PATH, PAGE_PATH, DASHBOARD_PATH = "/openapi.yaml", "/docs", "/dashboard"
# The files that are read when Envoy gets its routes; all else is in the routes themselves.
SPEC, SCRIPT, STYLES = NAMES = ("openapi.yaml", "swagger-ui-bundle.js", "swagger-ui.css")
# The largest file, the script, is of 1.5 MB.
MAX_BYTES = 4 * 1024 * 1024
PACKAGE = "swagger-ui-bundle-v2"
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
<link rel="stylesheet" href="{PAGE_PATH}/{STYLES}">
</head>
<body>
<div id="page"></div>
<script src="{PAGE_PATH}/{SCRIPT}"></script>
<script src="{PAGE_PATH}/start.js"></script>
</body>
</html>
"""
# Scripts only from here and none inside the page; the interface sets styles on its elements.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def sources(gen: Path) -> dict[str, Path]:
    """Where each file is on this machine: the document in `gen`, Swagger UI's own as its release has them."""
    package = {file.name: Path(str(file.locate())).resolve() for file in files(PACKAGE) or ()}
    return {SPEC: (gen / SPEC).resolve(), **{name: package[name] for name in (SCRIPT, STYLES)}}


def paths(edge: Edge) -> list[str]:
    """Every path that is answered so, all for everybody."""
    return [route["match"]["path"] for route in routes(edge)]


def routes(edge: Edge) -> list[Json]:
    """One route for each page and file; none where the edge has no files."""
    if not edge.pages:
        return []
    script, styles, page = (f"text/{kind}; charset=utf-8" for kind in ("javascript", "css", "html"))
    return [
        _route(SPEC_PATH, _file(edge.pages, SPEC), "application/yaml"),
        _route(PAGE_PATH, {"inline_string": _PAGE}, page),
        _route(f"{PAGE_PATH}/start.js", {"inline_string": _START}, script),
        _route(f"{PAGE_PATH}/{SCRIPT}", _file(edge.pages, SCRIPT), script),
        _route(f"{PAGE_PATH}/{STYLES}", _file(edge.pages, STYLES), styles),
        _route(DASHBOARD_PATH, _dashboard("page.html"), page),
        _route(f"{DASHBOARD_PATH}/page.js", _dashboard("page.js"), script),
        _route(f"{DASHBOARD_PATH}/page.css", _dashboard("page.css"), styles),
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


def _dashboard(name: str) -> Json:
    return {"inline_string": (Path(__file__).parent / "dashboard" / name).read_text()}


def _file(pages: Mapping[str, Path], name: str) -> Json:
    return {"filename": str(pages[name])}
