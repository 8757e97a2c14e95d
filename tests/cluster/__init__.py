"""The product in a real cluster: `make cluster-test`; what asks the API server alone runs with all tests, too."""
