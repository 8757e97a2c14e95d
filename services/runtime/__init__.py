"""What a service process needs: server, clients, stores, events, settings. Knows no domain word, imports no service."""
