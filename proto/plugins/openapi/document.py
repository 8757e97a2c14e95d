"""The whole document: drafted by the kept generator, then finished from options and comments."""

import json
import shutil
import subprocess
from typing import Any

import yaml
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse

from proto.plugins.contract import Contract
from proto.plugins.openapi import errors, examples, fields, operations, schemas

Json = dict[str, Any]

GENERATOR = "protoc-gen-connect-openapi"
PARAMETERS = (
    "format=json,path=openapi.json,features=google.api.http;protovalidate,only-googleapi-http,with-streaming,"
    "short-service-tags,short-operation-ids"
)
ABOUT = """\
Every operation is also a gRPC method, at the same port.

- **Sign-in**: `Authorization: Bearer <access token>`, except where an operation says that it is for everyone.
- **Names** of JSON fields and query parameters are in camelCase; enums are written by name, times in RFC 3339, amounts
  as decimal strings.
- **Errors** are a `google.rpc.Status`: `ErrorInfo.reason` says why, `BadRequest` names the fields as in JSON.
- **Idempotency-Key**: the same key and the same request give the first answer again.
- **New fields** may come into any answer; ignore what you do not know. So does the edge with the fields of a body, but
  unknown query parameters it refuses.
- **Lists** come in pages: ask with `pageSize`, and go on with the `nextPageToken` of the page before as `pageToken`.
"""


def openapi(contract: Contract) -> dict[str, str]:
    """The one file, `openapi.yaml`."""
    document = finish(contract, draft(contract))
    head = "# Made by `make gen` from proto/; do not edit.\n"
    return {"openapi.yaml": head + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)}


def draft(contract: Contract) -> Json:
    """What the generator makes of the REST table and the rules on fields."""
    request = CodeGeneratorRequest(
        file_to_generate=[file.name for file in contract.own], proto_file=contract.files, parameter=PARAMETERS
    )
    if not shutil.which(GENERATOR):
        raise FileNotFoundError(f"{GENERATOR} is not installed: python3 -m stack.generators")
    done = subprocess.run([GENERATOR], input=request.SerializeToString(), stdout=subprocess.PIPE, check=True)
    response = CodeGeneratorResponse.FromString(done.stdout)
    if response.error:
        raise ValueError(f"{GENERATOR}: {response.error}")
    drafted: Json = json.loads(response.file[0].content)
    return drafted


def finish(contract: Contract, drafted: Json) -> Json:
    """The document from its draft: security, idempotency, files, errors, examples; only schemas that are used."""
    schemas.finish(contract, drafted["components"]["schemas"])
    fields.finish(contract, drafted["components"]["schemas"])
    components: Json = {
        "securitySchemes": {operations.BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        "parameters": operations.KEY_PARAMETERS,
        "responses": {},
        "examples": {},
        "schemas": drafted["components"]["schemas"] | errors.schemas(contract),
    }
    written = errors.Errors(contract, components)
    for rpc in operations.rpcs(contract):
        for verb, path in rpc.bindings:
            if rpc.internal:
                # No caller over REST may call it: it is no part of the public document.
                del drafted["paths"][path][verb]
            else:
                operations.finish(contract, rpc, verb, drafted["paths"][path][verb], written)
    paths = {path: item for path, item in drafted["paths"].items() if item}
    used = {name for item in paths.values() for operation in item.values() for name in operation.get("tags", ())}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "LoanFlow", "version": "v1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [
            tag | {"description": schemas.text(tag.get("description", ""))}
            for tag in drafted["tags"]
            if tag["name"] in used
        ],
        "paths": paths,
        "components": components,
    }
    schemas.drop_unused(document)
    examples.add(document)
    return document


class _Dumper(yaml.CSafeDumper):
    """Long texts as blocks, so that a changed line is a changed line; nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _string(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _string)
