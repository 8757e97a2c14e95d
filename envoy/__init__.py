"""The edge: Envoy's bootstrap, built from the access table, the table of services and the descriptor set."""
