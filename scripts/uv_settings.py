"""Shell lines that tell uv what `pip config list`, read from stdin, tells pip.

uv reads neither pip's files nor its PIP_* variables. A variable that is set already is left as it is.
"""

import ast
import os
import shlex
import sys
from collections.abc import Iterator

SECTIONS = ("global", "install", ":env:")  # later ones win, as they do in pip


def pip_settings(lines: list[str]) -> dict[str, str]:
    """What pip install would use, by option name, of lines such as `global.index-url='...'`."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in lines:
        name, _, value = line.strip().partition("=")
        section, _, option = name.rpartition(".")
        if section in found:
            found[section][option] = ast.literal_eval(value)
    return {option: value for section in SECTIONS for option, value in found[section].items()}


def uv_variables(pip: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The variables that make uv look where pip looks, and trust what pip trusts."""
    yield "UV_INDEX_STRATEGY", "unsafe-best-match"  # pip weighs all its indexes alike; the lock's hashes hold
    yield "UV_SYSTEM_CERTS", "1"
    same_form = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY"}
    for option, variable in (same_form | {"timeout": "UV_HTTP_TIMEOUT", "default-timeout": "UV_HTTP_TIMEOUT"}).items():
        if pip.get(option):
            yield variable, pip[option]
    listed = {"extra-index-url": ("UV_INDEX", " "), "trusted-host": ("UV_INSECURE_HOST", " ")}
    for option, (variable, separator) in (listed | {"find-links": ("UV_FIND_LINKS", ",")}).items():
        if pip.get(option):
            yield variable, separator.join(pip[option].split())
    if pip.get("no-index", "0").lower() in {"1", "true", "yes", "on"}:
        yield "UV_NO_INDEX", "1"


if __name__ == "__main__":
    for variable, value in uv_variables(pip_settings(sys.stdin.readlines())):
        if variable not in os.environ:
            print(f"export {variable}={shlex.quote(value)}")
