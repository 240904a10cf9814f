"""The costs of the differences between a hunk and a file, and the limits of the search."""

from typing import Final

from agent.drafting.edits.edit import Mark

TRAILING: Final = 0.02
"""Same text, other whitespace at the end."""

FOLDED: Final = {Mark.CONTEXT: 0.1, Mark.REMOVED: 0.3}
"""Same text with other inner whitespace or typography."""

INDENTED: Final = {Mark.CONTEXT: 0.2, Mark.REMOVED: 1.2}
"""Same text, other indentation: for a removed line more than NEAR, so that exact text wins."""

BLANK: Final = 0.1
"""A blank line that only one side has."""

ELISION: Final = 0.05
MISSED: Final = 1.0
"""A line of the file that the hunk leaves out between two context lines."""

MISSED_AT_ADDITION: Final = 1.15
"""The same directly behind added lines: more than NEAR, so that it never doubts an exact match."""

MISREMEMBERED: Final = 1.5
"""A context line that resembles the line of the file; up to 0.5 more, the less it does."""

REPLACED: Final = 2.5
"""A context line that does not resemble the line of the file between two that fit."""

INVENTED: Final = 2.0
"""A context line that the file does not have."""

ALIKE: Final = 0.6
"""The likeness from which on two lines resemble each other."""

ALIKE_AT_CHANGE: Final = 0.8
"""The same for a line next to a change, where taking it for another one does more harm."""

NEARLY_SAME: Final = 0.9
SLIP: Final = 0.5
"""From that likeness on, a misremembered line is a slip and counts as half a fault."""

EFFECTS_KEPT: Final = 12
STARTS_TRIED: Final = 2000
BLANKS_PASSED: Final = 40
COST_LIMITS: Final = (1.4, 5.0, float("inf"))
