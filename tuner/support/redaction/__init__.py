"""What never leaves in an export, a report or a bundle: keys, tokens, phone numbers, e-mail addresses, transcripts."""

from tuner.support.redaction.redactor import Redactor
from tuner.support.redaction.removed import Removed, sentences

__all__ = ["Redactor", "Removed", "sentences"]
