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
    │   │   ├── WorkspaceLost    the drafts are gone, with a machine or a clone
    │   │   │   └── RemoteMoved  the drafts are here, and the repository has another address
    │   │   └── MergeConflict    somebody else changed the same files meanwhile
    │   ├── ForgeError           the forge refused
    │   │   ├── ForgeBusy        it may take the same after a while
    │   │   └── Unpublishable    the content itself may not be pushed
    │   ├── HostError            the page host does not serve the revision
    │   │   └── HostBusy         it may answer after a while
    │   └── NotifyError          the evaluation URL did not take the notification
    ├── Cancelled                somebody cancelled the job
    └── DeadlinePassed           the time for the job is used up

A message says what was tried, on what, what came back, and what to do next. Bugs are none of
these: they keep their traceback. A failure that may pass by itself is a `Passing` one as well, and
the step that met it is run again while there is time.
"""

from typing import Self


class GalleyError(Exception):
    """Root of the expected failures; only the entry points catch it."""


class ConfigurationError(GalleyError):
    """A setting is missing or cannot work."""


class StepFailed(GalleyError):
    """A step of the line could not do its work."""

    step = "job"


class Passing(GalleyError):
    """The step may succeed when it is run again.

    `seconds` is how long the other side asked to be left alone; None: it did not say.
    """

    seconds: float | None = None

    def after(self, seconds: float | None) -> Self:
        """This error, to be tried again no sooner than after so many seconds."""
        self.seconds = seconds
        return self


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


class UnchangedDraft(DraftRefused):
    """A repair with the files of a draft that was proved, and without a claim about its checks."""


class ProofingError(StepFailed):
    """The browser could not be used."""

    step = "prove"


class WorkspaceError(StepFailed):
    """Git or the disk refused."""

    step = "workspace"


class WorkspaceLost(WorkspaceError):
    """The drafts of this job were on a machine that is gone, or in a clone that is damaged."""


class RemoteMoved(WorkspaceLost):
    """The repository has another address on the forge; nothing is lost."""


class MergeConflict(WorkspaceError):
    """Somebody else changed the same files meanwhile, so the round's commit cannot be moved."""


class ForgeError(StepFailed):
    """The forge refused."""

    step = "push"


class ForgeBusy(ForgeError, Passing):
    """The forge may take the same after a while."""


class Unpublishable(ForgeError):
    """The content itself may not be pushed, so its commit does not stay on `main`."""


class HostError(StepFailed):
    """The page host does not serve the revision."""

    step = "publish"


class HostBusy(HostError, Passing):
    """The page host may answer after a while."""


class NotifyError(StepFailed):
    """The evaluation URL did not take the notification."""

    step = "notify"


class Cancelled(GalleyError):
    """Somebody cancelled the job."""


class DeadlinePassed(GalleyError):
    """The time for the job is used up."""
