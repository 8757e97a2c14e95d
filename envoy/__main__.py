"""`python -m envoy --base 8000 --pki DIR`: prints Envoy's bootstrap as JSON."""

import argparse
import json
import os
from pathlib import Path

from envoy.bootstrap import bootstrap
from envoy.edge import Edge, read_rpcs

# For load and end-to-end tests, whose callers all share one address.
RATE_FACTOR = "LOANFLOW_EDGE_RATE_FACTOR"
GEN = Path(__file__).resolve().parents[1] / "gen"


def main() -> None:
    """Reads the arguments, prints the configuration."""
    parser = argparse.ArgumentParser(prog="python -m envoy", description=__doc__)
    parser.add_argument("--base", type=int, default=8000, help="base port; the edge listens at +80, with TLS at +443")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at and to find the services at")
    parser.add_argument("--pki", type=Path, required=True, help="folder with ca.pem and <name>/tls.pem, tls.key")
    parser.add_argument("--gen", type=Path, default=GEN, help="folder with access.json, loanflow.binpb, openapi.yaml")
    factor = float(os.environ.get(RATE_FACTOR, "1"))
    parser.add_argument("--rate-factor", type=float, default=factor, help=f"multiplies every limit; else {RATE_FACTOR}")
    given = parser.parse_args()
    edge = Edge(
        base=given.base,
        host=given.host,
        pki=given.pki.resolve(),
        descriptors=(given.gen / "loanflow.binpb").resolve(),
        rpcs=read_rpcs(given.gen / "access.json"),
        rate_factor=given.rate_factor,
        openapi=(given.gen / "openapi.yaml").resolve(),
    )
    print(json.dumps(bootstrap(edge), indent=1))


if __name__ == "__main__":
    main()
