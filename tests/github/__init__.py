"""A GitHub for tests: git over HTTP, the REST calls we use, Pages, and faults on demand."""
