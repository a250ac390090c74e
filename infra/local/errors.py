"""What can go wrong on one machine, with messages that a person can act on."""


class LocalError(Exception):
    """A part can't run on this machine; the message says which and what to do about it."""


class PortTaken(LocalError):
    """Another program already listens on the requested port."""


class MissingPart(LocalError):
    """Something that `make setup` installs isn't there."""


class DatabaseFailed(LocalError):
    """DynamoDB Local ended or didn't answer; the message carries the end of its log."""


class DataInUse(LocalError):
    """Another DynamoDB Local has the same data folder open."""


class StepFailed(LocalError):
    """A command of the demonstration ended with an error, which it has printed itself."""


class EmulatorFailed(LocalError):
    """The emulator ended or didn't answer; the message carries the end of its log."""


class MailboxFailed(LocalError):
    """The mail catcher couldn't start."""
