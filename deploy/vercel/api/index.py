"""Galley's front door on Vercel: accepts jobs for workers elsewhere. `vercel.json` sends it all."""

import os

from agent.cli.front_door import front_door

app = front_door({"WORKSPACE": "/tmp/galley", "RESPOND": "immediately", **os.environ})
