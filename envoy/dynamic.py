"""What of the edge changes while it runs: files that Envoy watches, each moved into its place as a whole.

The limits of calls, by extension config discovery (ECDS), and the edge's certificate, by secret discovery (SDS). Envoy
refuses a file that is wrong and goes on with the one before; buckets of a limiter that is replaced begin full.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from envoy import limits
from envoy.edge import CERTIFICATE_FILE, TYPE, Edge, Json
from services.runtime.secrets import private_files

_FILTERS = {limits.FILTER: limits.filter_config, limits.SHARE_FILTER: limits.share_config}


def limit(edge: Edge, name: str) -> Json:
    """One of the two limiters, as a filter: by its file, or, without a folder for it, as it is for good."""
    config = _FILTERS[name](edge)
    if edge.dynamic is None:
        return {"name": name, "typed_config": config}
    source = {"path_config_source": {"path": str(edge.dynamic / _file(name))}, "resource_api_version": "V3"}
    return {
        "name": name,
        # A limiter comes before the port is open: no call passes without.
        "config_discovery": {"config_source": source, "type_urls": [config["@type"]]},
    }


def files(edge: Edge) -> Mapping[str, str]:
    """The texts of the files by their names, for the edge as it is to be from now on."""
    found = {_file(name): _limiter(name, make(edge)) for name, make in _FILTERS.items()}
    secret = {"@type": TYPE + "transport_sockets.tls.v3.Secret", "name": "edge", "tls_certificate": edge.pair}
    return {**found, CERTIFICATE_FILE: json.dumps({"resources": [secret]}, indent=1)}


def write(edge: Edge) -> None:
    """Puts the files that differ in place; readers never see half of one."""
    assert edge.dynamic is not None
    for name, text in files(edge).items():
        path = edge.dynamic / name
        if not private_files.holds(path, text.encode()):
            move_into(path, text)


def move_into(path: Path, text: str) -> None:
    """Writes aside and moves it: Envoy looks only at what is moved into a folder, which may be its account's."""
    private_files.replace(path, text.encode(), 0o644)


def _file(name: str) -> str:
    return f"{name.removeprefix('envoy.filters.http.')}.json"


def _limiter(name: str, config: Json) -> str:
    made = {"@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "name": name}
    return json.dumps({"resources": [{**made, "typed_config": config}]}, indent=1)
