"""A check as JUnit XML, which every CI server shows: a test case a limit, and one a regression."""

from __future__ import annotations

from xml.etree import ElementTree

from stages.escaping import visible
from tuner.statistics.check import Check


def junit_xml(check: Check) -> str:
    """One test suite; a limit that is missed, or not shown, is a failure with its sentence."""
    suite = ElementTree.Element("testsuite", name="turntempo check")
    for verdict in check.verdicts:
        _case(suite, verdict.limit.name, verdict.sentence(), check.passes(verdict))
    for regression in check.regressions:
        _case(suite, f"baseline.{regression.name}", regression.sentence(), False)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, name: str, sentence: str, passed: bool) -> None:
    sentence = visible(sentence)  # XML has no place for control characters
    case = ElementTree.SubElement(suite, "testcase", classname="turntempo.limits", name=visible(name))
    if passed:
        ElementTree.SubElement(case, "system-out").text = sentence
    else:
        ElementTree.SubElement(case, "failure", message=sentence).text = sentence
