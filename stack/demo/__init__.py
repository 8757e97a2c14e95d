"""The demo: real loans lived over REST at the edge, exactly as an outside client would."""
