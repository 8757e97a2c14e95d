"""A real cluster on one machine: Kubernetes, Istio and the platform's parts, in namespaces of their own."""
