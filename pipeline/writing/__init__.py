"""Files on disk: each is written whole or not at all, and several together; who writes in a folder, others wait for."""

from pipeline.writing.appending import append
from pipeline.writing.change import files_below, remove, staged
from pipeline.writing.destination import make_folder, require_free, unlinked, write_text, written
from pipeline.writing.lock import Owner, locked
from pipeline.writing.together import finish, together

__all__ = [
    "Owner",
    "append",
    "files_below",
    "finish",
    "locked",
    "make_folder",
    "remove",
    "require_free",
    "staged",
    "together",
    "unlinked",
    "write_text",
    "written",
]
