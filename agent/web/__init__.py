"""The web edge: the API, and the local page host."""
