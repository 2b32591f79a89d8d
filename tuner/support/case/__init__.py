"""The support case: one folder of plain files, from a customer's report to settings they can deploy."""

from tuner.support.case.folder import Case, cases_in, create_case, is_case, open_case, record
from tuner.support.intake.intake import Intake
from tuner.support.log import Event, Log, event

__all__ = ["Case", "Event", "Intake", "Log", "cases_in", "create_case", "event", "is_case", "open_case", "record"]
