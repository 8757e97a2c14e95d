"""protoc plugins that buf calls: small, tested against golden files, and knowing no service by name."""
