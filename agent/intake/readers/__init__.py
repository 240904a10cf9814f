"""Readers of formats that need a library; they run in a child process with limits, one module
for each format, each with a function `read(content) -> Document`."""
