"""The streaming pipeline on a real clock: a conversation with live stages, by the rules of the modelled one."""
