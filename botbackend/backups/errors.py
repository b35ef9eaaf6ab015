"""What goes wrong with backups, in words that say what to do."""

from botbackend.lib.errors import DomainError


class BackupError(DomainError):
    """A backup was not made, or must not be put back; the message says why and what to do."""

    code = "backup"


class Unreadable(BackupError):
    """A file is no backup of ours, was cut or changed, or none of the keys opens it."""

    code = "backup_unreadable"


class BackupRuns(BackupError):
    """Another process is making one at this moment."""

    code = "backup_runs"
