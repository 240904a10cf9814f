"""Models to ask: remote ones through litellm, scripted ones, and the one that runs here."""
