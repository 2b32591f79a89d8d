"""Reading a small text file."""

from __future__ import annotations

from pathlib import Path

from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError


def file_text(path: str | Path, largest: int, error: type[InputError], folder: str, larger: str) -> str:
    """The whole text, line ends as they are; `error` names the file, the line where known, and the next step.

    `largest`: the most bytes that it may have. `folder`, `larger`: the next step where the path is a folder, or the
    file is larger.
    """
    try:
        with open_regular(path) as stream:
            content = stream.read(largest + 1)
    except IsADirectoryError:
        raise error(f"{path}: is a folder; {folder}") from None
    except FileNotFoundError:
        raise error(f"{path}: there is no such file") from None
    except (OSError, ValueError) as why:
        raise error(f"{path}: cannot be read: {getattr(why, 'strerror', None) or why}") from None
    if len(content) > largest:
        raise error(f"{path}: is larger than {largest >> 20} MiB; {larger}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        line = content.count(b"\n", 0, why.start) + 1
        raise error(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from None
