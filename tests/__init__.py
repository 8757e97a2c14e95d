"""Tests of LoanFlow."""

# Before anything imports gRPC, as in the processes of the services.
import services  # noqa: F401
