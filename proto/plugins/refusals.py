"""What is wrong with the contract, all of it at once and before anything is generated.

The generators refuse by themselves, too; but buf shows the errors of one of them only, whichever fails first.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from proto.plugins.access import access_table
from proto.plugins.avro import schemas
from proto.plugins.contract import Contract
from proto.plugins.kinds import kindless
from proto.plugins.paging import oversized
from proto.plugins.privacy import leaks
from proto.plugins.reference import reference

OWN = "loanflow/"
# buf warns of a tolerated import at every build.
_NOISE = " warning: "


def refusals(root: Path, environment: Mapping[str, str]) -> list[str]:
    """Every error of the protos below `root`, as `file:line: what is wrong and what to do`; none when all is well."""
    build = ["buf", "build", "--path", "proto/loanflow", "--output", "-"]
    done = subprocess.run(build, cwd=root, env=environment, capture_output=True, check=False)
    if done.returncode:
        return [line for line in done.stderr.decode().splitlines() if _NOISE not in line]
    files = FileDescriptorSet.FromString(done.stdout).file
    own = [file.name for file in files if file.name.startswith(OWN)]
    contract = Contract(CodeGeneratorRequest(file_to_generate=own, proto_file=files))
    leaks(contract)
    kindless(contract)
    oversized(contract)
    access_table(contract)
    reference(contract)
    schemas(contract)
    return list(dict.fromkeys(contract.errors))
