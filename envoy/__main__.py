"""`python -m envoy --base 8000 --pki DIR`: prints Envoy's bootstrap as JSON."""

import argparse
import json
import os
from pathlib import Path

from envoy import contract, dynamic
from envoy.bootstrap import bootstrap
from envoy.edge import Edge, read_rpcs

# For load and end-to-end tests, whose callers all share one address.
RATE_FACTOR = "LOANFLOW_EDGE_RATE_FACTOR"


def main() -> None:
    """Reads the arguments, prints the configuration."""
    parser = argparse.ArgumentParser(prog="python -m envoy", description=__doc__)
    parser.add_argument("--base", type=int, default=8000, help="base port; the edge listens at +80, with TLS at +443")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at and to find the services at")
    parser.add_argument("--pki", type=Path, required=True, help="folder with ca.pem and <name>/tls.pem, tls.key")
    parser.add_argument("--gen", type=Path, default=contract.GEN, help="folder with access.json and the other files")
    factor = float(os.environ.get(RATE_FACTOR, "1"))
    parser.add_argument("--rate-factor", type=float, default=factor, help=f"multiplies every limit; else {RATE_FACTOR}")
    parser.add_argument("--share-factor", type=float, default=1.0, help="multiplies each caller's share besides")
    parser.add_argument("--dynamic", type=Path, help="folder of the files that Envoy watches; written, too")
    parser.add_argument("--traced", action="store_true", help="sends the first span of each call to the port at +49")
    given = parser.parse_args()
    pages = contract.sources(given.gen)
    edge = Edge(
        base=given.base,
        host=given.host,
        pki=given.pki.resolve(),
        descriptors=pages.pop(contract.DESCRIPTORS),
        rpcs=read_rpcs(given.gen / "access.json"),
        rate_factor=given.rate_factor,
        share_factor=given.share_factor,
        dynamic=given.dynamic and given.dynamic.resolve(),
        pages=pages,
        traced=given.traced,
    )
    if edge.dynamic is not None:
        dynamic.write(edge)
    print(json.dumps(bootstrap(edge), indent=1))


if __name__ == "__main__":
    main()
