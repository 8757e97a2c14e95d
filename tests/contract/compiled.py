"""Compiles a proto text as buf would hand it to a plugin."""

import subprocess
import sys
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from proto.plugins.contract import Contract
from tests.contract.conftest import ROOT


def contract_of(text: str, folder: Path) -> Contract:
    """The contract of one file `demo.proto`, beside the project's own options and types."""
    (folder / "demo.proto").write_text(text)
    image = folder / "image.binpb"
    roots = [f"-I{root}" for root in (folder, ROOT / "proto", ROOT / ".deps" / "proto")]
    flags = ["--include_imports", "--include_source_info", f"--descriptor_set_out={image}"]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *roots, *flags, "demo.proto"], check=True)
    files = FileDescriptorSet.FromString(image.read_bytes()).file
    return Contract(CodeGeneratorRequest(file_to_generate=["demo.proto"], proto_file=files))
