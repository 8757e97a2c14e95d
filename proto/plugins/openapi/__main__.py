"""The plugin that buf calls; `protoc-gen-connect-openapi` must be on the PATH."""

from proto.plugins.contract import run
from proto.plugins.openapi.document import openapi

if __name__ == "__main__":
    run(openapi)
