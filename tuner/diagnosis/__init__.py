"""What a recording says of the settings in force: `diagnose`, what it finds, and the sentences made of it."""

from tuner.diagnosis.diagnosing import diagnose
from tuner.diagnosis.diagnosis import Diagnosis
from tuner.diagnosis.result_json import diagnosis_json
from tuner.diagnosis.words.sentences import findings, sections

__all__ = ["Diagnosis", "diagnose", "diagnosis_json", "findings", "sections"]
