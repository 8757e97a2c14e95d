"""The first filter: what a REST call must be, and what every answer to one says of itself (door.lua)."""

import json
from collections.abc import Mapping
from pathlib import Path

from envoy import docs
from envoy.edge import LIVE_PATH, TYPE, Edge, Json, Rpc

FILTER = "envoy.filters.http.lua"
ANY = "*"
# Paths that browsers come to from apps, with the parameters that the contract has there. Any others are passed over, as
# RFC 6749 (3.1) has it, and none may be there twice.
LENIENT = {
    "/oauth2/authorize": (
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method", "response_mode", "prompt", "max_age", "login_hint", "acr_values", "display",
        "ui_locales", "claims_locales", "id_token_hint", "resource", "request", "request_uri", "registration", "claims",
    ),
    "/oauth2/logout": (
        "id_token_hint", "post_logout_redirect_uri", "state", "client_id", "logout_hint", "ui_locales",
    ),
}  # fmt: skip
_CODE = Path(__file__).with_suffix(".lua")


def door(edge: Edge) -> Json:
    """The filter with the table of paths that the contract has."""
    lenient = {path: dict.fromkeys(names, "") for path, names in LENIENT.items()}
    source = f"local ROUTES = {_lua(routes(edge))}\nlocal LENIENT = {_lua(lenient)}\n\n{_CODE.read_text()}"
    return {"@type": TYPE + "filters.http.lua.v3.Lua", "default_source_code": {"inline_string": source}}


def routes(edge: Edge) -> Json:
    """The tree of path segments, and at the end of each path what its methods take."""
    tree: Json = {}
    for rpc in edge.rpcs:
        for binding in rpc.http:
            _add(tree, binding["path"], binding["verb"], takes(rpc, binding))
    for path in docs.paths(edge):
        _add(tree, path, "GET", "page")
    _add(tree, LIVE_PATH, "GET", "live")
    return tree


def takes(rpc: Rpc, binding: Mapping[str, str]) -> str:
    """The kind of body that a route takes, or `stream`, `open` when it is none."""
    if rpc.upload:
        return "multipart"
    if rpc.raw_body and binding["body"] == "form":
        return "oauth" if binding["path"].startswith("/oauth2/") else "form"
    if rpc.raw_body and binding["body"] == "body":
        return "any"
    if rpc.live:
        return "stream"
    return "open" if rpc.public and binding["verb"] == "GET" else "json"


def _add(tree: Json, path: str, verb: str, takes: str) -> None:
    node = tree
    for segment in path.removeprefix("/").split("/"):
        node = node.setdefault("next", {}).setdefault(ANY if segment.startswith("{") else segment, {})
    node.setdefault("verbs", {})[verb] = takes


def _lua(node: Json | str) -> str:
    """A table in Lua's words; its strings are segments and words of ours, which JSON writes alike."""
    if isinstance(node, str):
        return json.dumps(node)
    return "{" + ",".join(f"[{json.dumps(key)}]={_lua(value)}" for key, value in sorted(node.items())) + "}"
