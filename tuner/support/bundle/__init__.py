"""A case in one file to be mailed: packed without secrets, and fully checked when it is opened."""

from tuner.support.bundle.manifest import Manifest
from tuner.support.bundle.opening import open_bundle
from tuner.support.bundle.packing import Packed, pack

__all__ = ["Manifest", "Packed", "open_bundle", "pack"]
