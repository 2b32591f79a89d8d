"""Shell lines that tell uv what `pip config list`, read from stdin, tells pip.

uv reads neither pip's files nor its PIP_* variables. What is set for uv already stays as it is.
"""

import ast
import os
import shlex
import sys
from collections.abc import Iterable, Mapping

SECTIONS = ("global", "install", ":env:")
"""Of `pip config list`, those that `pip install` heeds; the later wins."""

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
"""pip's option -> uv's variable, and what stands between its entries where it takes several."""

FORMER_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}

AS_PIP = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
"""What pip always does: all indexes weigh alike (the hashes decide); the system's certificates hold."""


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
    """The variables that make uv look where pip looks and trust what pip trusts."""
    variables = dict(AS_PIP)
    for option, (variable, separator) in FORMS.items():
        if value := pip.get(option):
            variables[variable] = separator.join(value.split()) if separator else value
    if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        variables["UV_NO_INDEX"] = "1"
    return variables


def exports(variables: Mapping[str, str], environ: Mapping[str, str]) -> list[str]:
    """Shell lines for those that nobody has set, under the present or the former name."""
    return [
        f"export {name}={shlex.quote(value)}"
        for name, value in variables.items()
        if name not in environ and FORMER_NAMES.get(name, name) not in environ
    ]


if __name__ == "__main__":
    print("\n".join(exports(uv_variables(pip_settings(sys.stdin)), os.environ)))
