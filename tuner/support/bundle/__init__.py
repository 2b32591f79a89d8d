"""A case in one file that can be mailed: packed without its secrets, opened without trust."""

from tuner.support.bundle.manifest import Manifest
from tuner.support.bundle.opening import open_bundle
from tuner.support.bundle.packing import Packed, pack

__all__ = ["Manifest", "Packed", "open_bundle", "pack"]
