"""LoanFlow's services, a package each; beside them `runtime` (what a process needs) and `lending` (loan arithmetic)."""

import os

# gRPC has no setting for the least version of TLS, and no other moment than before it is imported. This is the list of
# what TLS 1.2 may use; pre-shared keys, which no process has, leave it nothing. TLS 1.3 has a list of its own.
os.environ["GRPC_SSL_CIPHER_SUITES"] = "ECDHE-PSK-CHACHA20-POLY1305"
