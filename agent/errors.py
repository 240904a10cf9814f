"""Every failure Galley expects, as one tree with a class per step.

    GalleyError                  something expected went wrong; the message is for the user
    ├── ConfigurationError       a setting is missing or cannot work
    ├── StepFailed               a step of the line could not do its work
    │   ├── IntakeError          the request is not a brief that can be worked on
    │   ├── DraftingError        no model gave a usable draft
    │   │   ├── ModelError       a model could not be asked, or did not answer
    │   │   └── DraftRefused     a model answered, and the answer cannot be used
    │   ├── ProofingError        the browser could not be used
    │   ├── WorkspaceError       git or the disk refused
    │   ├── ForgeError           the forge refused
    │   ├── HostError            the page host does not serve the revision
    │   └── NotifyError          the evaluation URL did not take the notification
    ├── Cancelled                somebody cancelled the job
    └── DeadlinePassed           the time for the job is used up

A message says what was tried, on what, what came back, and what to do next. Bugs are none of
these: they keep their traceback.
"""


class GalleyError(Exception):
    """Root of the expected failures; only the entry points catch it."""


class ConfigurationError(GalleyError):
    """A setting is missing or cannot work."""


class StepFailed(GalleyError):
    """A step of the line could not do its work."""

    step = "job"


class IntakeError(StepFailed):
    """The request is not a brief that can be worked on."""

    step = "intake"


class DraftingError(StepFailed):
    """No model gave a usable draft."""

    step = "draft"


class ModelError(DraftingError):
    """A model could not be asked, or did not answer."""


class DraftRefused(DraftingError):
    """A model answered, and the answer cannot be used; the message is fit to be shown to it."""


class ProofingError(StepFailed):
    """The browser could not be used."""

    step = "proof"


class WorkspaceError(StepFailed):
    """Git or the disk refused."""

    step = "workspace"


class ForgeError(StepFailed):
    """The forge refused."""

    step = "push"


class HostError(StepFailed):
    """The page host does not serve the revision."""

    step = "publish"


class NotifyError(StepFailed):
    """The evaluation URL did not take the notification."""

    step = "notify"


class Cancelled(GalleyError):
    """Somebody cancelled the job."""


class DeadlinePassed(GalleyError):
    """The time for the job is used up."""
