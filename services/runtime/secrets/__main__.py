"""`python -m services.runtime.secrets renew`: replaces the certificate of a service now, under the service's settings.

Settings: LOANFLOW_OPENBAO_*. Running processes of the service take it up at the next handshake.
"""

import argparse
import sys
from dataclasses import dataclass

from services.runtime import errors, settings
from services.runtime.secrets.certificates import Certificate
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.settings import OpenBaoSettings


@dataclass(frozen=True)
class _Environment:
    openbao: OpenBaoSettings


def main() -> int:
    """The command; 1 when OpenBao issues none."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.secrets", description=__doc__)
    parser.add_subparsers(required=True).add_parser("renew", help="replaces the certificate")
    parser.parse_args()
    openbao = settings.load(_Environment).openbao
    if openbao.certificate_folder is None:
        print("error: LOANFLOW_OPENBAO_CERTIFICATE_FOLDER is not set", file=sys.stderr)
        return 1
    try:
        Certificate(OpenBao(openbao), openbao.certificate_folder).renew(anyway=True)
    except (errors.Error, ValueError, LookupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
