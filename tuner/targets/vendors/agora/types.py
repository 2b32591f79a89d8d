"""The types of Agora's SDKs for the parts of a join body that are ours."""

from __future__ import annotations

from tuner.targets.sdk_checks.strict import VendorType, asking

OURS = {
    "turn_detection": "StartAgentsRequestPropertiesTurnDetection",
    "filler_words": "StartAgentsRequestPropertiesFillerWords",
}
INTERRUPTION = {"interruption": "StartAgentsRequestPropertiesInterruption"}


def _types(package: str, parts: dict[str, str]) -> tuple[VendorType, ...]:
    module = f"{package}.agents.types.start_agents_request_properties"
    return tuple(VendorType(f"{module}_{part}", name, f"properties.{part}") for part, name in parts.items())


CHECK = asking(*_types("agora_agent", OURS | INTERRUPTION))
CHECK_MAINLAND = asking(*_types("shengwang_agent", OURS))
