"""From a request to a Brief: validation, attachments, checks."""
