"""A contract of the test's own, compiled when the test runs: the runtime must not lean on any service's."""

import sys
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[3]

SHELF = """
syntax = "proto3";
package meshtest.v1;
import "buf/validate/validate.proto";
import "loanflow/options/v1/access.proto";
import "loanflow/options/v1/audience.proto";
import "loanflow/options/v1/idempotency.proto";

message Book {
  string book_id = 1;
  string reader = 2 [debug_redact = true];
  string note = 3 [(loanflow.options.v1.audience) = AUDIENCE_STAFF];
  string blurb = 4 [(loanflow.options.v1.audience) = AUDIENCE_CUSTOMER];
  repeated Book sequels = 5;
}
message GetRequest { string book_id = 1 [(buf.validate.field).string.min_len = 2]; repeated Book books = 2; }
message GetResponse {
  string actor = 1; string correlation_id = 2; string deadline = 3; Book book = 4; repeated Book others = 5;
}
message Page { string text = 1 [(buf.validate.field).string.max_len = 5]; string book_id = 2; }

service ShelfService {
  rpc GetOpen(GetRequest) returns (GetResponse) { option (loanflow.options.v1.access) = {public: true}; }
  rpc GetBook(GetRequest) returns (GetResponse) {
    option (loanflow.options.v1.access) = {
      roles: [ROLE_OFFICER, ROLE_RISK_MGR] owner: {field: "book_id"} callers: ["reader"]
      scopes: [SCOPE_REGISTRATION_READ]
    };
  }
  rpc ListOwn(GetRequest) returns (stream GetResponse) {
    option (loanflow.options.v1.access) = {owner: {self: true}};
  }
  rpc Write(stream Page) returns (GetResponse) {
    option (loanflow.options.v1.access) = {roles: [ROLE_OFFICER] owner: {field: "book_id"}};
  }
  rpc Talk(stream Page) returns (stream Page) { option (loanflow.options.v1.access) = {roles: [ROLE_OFFICER]}; }
  rpc Sweep(GetRequest) returns (GetResponse) { option (loanflow.options.v1.access) = {callers: ["reader"]}; }
  rpc AddBook(GetRequest) returns (GetResponse) {
    option (loanflow.options.v1.access) = {roles: [ROLE_OFFICER] scopes: [SCOPE_REGISTRATION_READ]};
    option (loanflow.options.v1.idempotency_key) = IDEMPOTENCY_KEY_OPTIONAL;
  }
  rpc PayBook(GetRequest) returns (GetResponse) {
    option (loanflow.options.v1.access) = {roles: [ROLE_OFFICER]};
    option (loanflow.options.v1.idempotency_key) = IDEMPOTENCY_KEY_REQUIRED;
  }
}

service UnruledService {
  rpc GetBook(GetRequest) returns (GetResponse);
}
"""


def compile_into(folder: Path) -> None:
    """Makes `meshtest.v1` importable, out of a folder that is put on the path."""
    source = folder / "meshtest" / "v1" / "shelf_service.proto"
    source.parent.mkdir(parents=True)
    source.write_text(SHELF)
    includes = [folder, ROOT / "proto", ROOT / ".deps" / "proto", resources.files("grpc_tools") / "_proto"]
    outputs = [f"--{kind}_out={folder}" for kind in ("python", "grpc_python")]
    code = protoc.main(["protoc", *(f"-I{each}" for each in includes), *outputs, str(source)])
    if code != 0:
        raise RuntimeError(f"protoc ended with {code}")
    sys.path.insert(0, str(folder))
