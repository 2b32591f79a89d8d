"""Characters that text must not contain when it is shown."""

import re

ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that control a terminal, reverse text, or are invisible."""
