"""The demo: real loans taken over REST at the edge, exactly as an outside client would."""
