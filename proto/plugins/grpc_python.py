"""gRPC stubs and their types: a thin plugin over grpc_tools.protoc (no builtin of buf) and protoc-gen-mypy_grpc.

Files without a service get no stub file.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import FileDescriptorSet


def main() -> None:
    """Answers the request on standard input."""
    request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    own = set(request.file_to_generate)
    names = [file.name for file in request.proto_file if file.name in own and file.service]
    response = CodeGeneratorResponse(supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL)
    if names:
        _typing(request, names, response)
        _stubs(request, names, response)
    sys.stdout.buffer.write(response.SerializeToString())


def _typing(request: CodeGeneratorRequest, names: list[str], response: CodeGeneratorResponse) -> None:
    narrowed = CodeGeneratorRequest()
    narrowed.CopyFrom(request)
    narrowed.parameter = "quiet"
    narrowed.file_to_generate[:] = names
    done = subprocess.run(
        ["protoc-gen-mypy_grpc"], input=narrowed.SerializeToString(), stdout=subprocess.PIPE, check=True
    )
    response.MergeFromString(done.stdout)


def _stubs(request: CodeGeneratorRequest, names: list[str], response: CodeGeneratorResponse) -> None:
    with tempfile.TemporaryDirectory() as folder:
        image, out = Path(folder, "image.binpb"), Path(folder, "out")
        out.mkdir()
        image.write_bytes(FileDescriptorSet(file=request.proto_file).SerializeToString())
        protoc = [sys.executable, "-m", "grpc_tools.protoc"]
        subprocess.run([*protoc, f"--descriptor_set_in={image}", f"--grpc_python_out={out}", *names], check=True)
        for path in sorted(out.rglob("*.py")):
            response.file.add(name=str(path.relative_to(out)), content=path.read_text())


if __name__ == "__main__":
    main()
