"""Prints shell lines that configure uv like pip, from the output of `pip config list` on stdin.

uv reads neither the files of pip nor its PIP_* variables. Variables that are already set for uv are kept.
"""

import ast
import os
import shlex
import sys
from collections.abc import Iterable, Mapping

SECTIONS = ("global", "install", ":env:")
"""The sections of `pip config list` that `pip install` uses; a later one overrides an earlier one."""

FORMS = {
    "index-url": ("UV_DEFAULT_INDEX", None),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", None),
    "client-cert": ("SSL_CLIENT_CERT", None),
    "proxy": ("ALL_PROXY", None),
    "timeout": ("UV_HTTP_TIMEOUT", None),
    "default-timeout": ("UV_HTTP_TIMEOUT", None),
}
"""Option of pip -> variable of uv, and the separator between entries if it takes several."""

FORMER_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}

AS_PIP = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
"""What pip always does: compare all indexes (the hashes keep that safe), use the certificates of the system."""


def pip_settings(lines: Iterable[str]) -> dict[str, str]:
    """The value of each option, from lines such as `global.index-url='...'`."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in lines:
        name, _, value = line.strip().partition("=")
        section, _, option = name.rpartition(".")
        if section in found:
            found[section][option] = ast.literal_eval(value)
    return {option: value for section in SECTIONS for option, value in found[section].items()}


def uv_variables(pip: Mapping[str, str]) -> dict[str, str]:
    """The variables that make uv use the indexes and certificates of pip."""
    variables = dict(AS_PIP)
    for option, (variable, separator) in FORMS.items():
        if value := pip.get(option):
            variables[variable] = separator.join(value.split()) if separator else value
    if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        variables["UV_NO_INDEX"] = "1"
    return variables


def exports(variables: Mapping[str, str], environ: Mapping[str, str]) -> list[str]:
    """Shell lines for the variables that are not set yet, under the present or the former name."""
    return [
        f"export {name}={shlex.quote(value)}"
        for name, value in variables.items()
        if name not in environ and FORMER_NAMES.get(name, name) not in environ
    ]


if __name__ == "__main__":
    print("\n".join(exports(uv_variables(pip_settings(sys.stdin)), os.environ)))
