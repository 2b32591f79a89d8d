"""What a recording says of the settings in force: `diagnose` and what it finds."""

from tuner.diagnosis.diagnosis import Diagnosis, diagnose

__all__ = ["Diagnosis", "diagnose"]
