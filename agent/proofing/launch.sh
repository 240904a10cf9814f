#!/bin/sh
# Becomes Chromium, after telling its process group and bounding the data of each of its processes.
# Address space cannot be bounded: V8 reserves terabytes of it and touches little.
echo $$ > "$GALLEY_PID_FILE"
ulimit -d 2500000 2>/dev/null
exec "$GALLEY_CHROMIUM" "$@"
