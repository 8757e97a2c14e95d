"""Kubernetes and Istio files: what of them repeats the contract, the table of services or the settings is made here."""
