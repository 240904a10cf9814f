"""Owns the road for small models: code writes what is mechanical, the model writes the rest.

Such models copy and change well, write short functions well, and repair badly. So the first
attempt is the plain request; after it `skeleton` makes the page that `wanted` reads from the
brief and its checks, and the model fills the empty functions of its script. `mending` puts right
what needs no model, `change` names one thing to do at a time, and `road` says what comes when.
"""
