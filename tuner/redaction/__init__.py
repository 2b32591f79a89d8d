"""What never leaves in an export, a report or a bundle: keys, tokens, phone numbers, e-mail addresses, transcripts."""

from tuner.redaction.redactor import Redactor
from tuner.redaction.removed import Removed, sentences

__all__ = ["Redactor", "Removed", "sentences"]
