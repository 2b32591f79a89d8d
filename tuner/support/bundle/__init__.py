"""A case in one file to be mailed: packed without secrets, and fully checked when it is opened."""

from tuner.support.bundle.case_integrity import check_case
from tuner.support.bundle.integrity import Integrity, check_bundle
from tuner.support.bundle.manifest import Manifest
from tuner.support.bundle.opening import open_bundle
from tuner.support.bundle.packing import Packed, pack

__all__ = ["Integrity", "Manifest", "Packed", "check_bundle", "check_case", "open_bundle", "pack"]
