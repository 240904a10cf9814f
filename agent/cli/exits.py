"""Exit codes: 0 done, 1 a step failed, 2 usage or bad brief, 3 configuration."""

from agent.errors import ConfigurationError, GalleyError, IntakeError

STEP_FAILED = 1
BAD_BRIEF = 2
CONFIGURATION = 3


def exit_code(error: GalleyError) -> int:
    if isinstance(error, ConfigurationError):
        return CONFIGURATION
    return BAD_BRIEF if isinstance(error, IntakeError) else STEP_FAILED
