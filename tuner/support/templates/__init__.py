"""Settings to start from where there is no recording yet: tuned on a profile's turns, under limits that are stated."""

from tuner.support.templates.style import STYLES, Style, style
from tuner.support.templates.template import Template, template

__all__ = ["STYLES", "Style", "Template", "style", "template"]
