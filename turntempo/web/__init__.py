"""The terminal app in a browser: served on the loopback address to the person who started it, and to no one else."""

from turntempo.web.serving import serve

__all__ = ["serve"]
