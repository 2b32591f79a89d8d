"""One screen a file: each watches the desk, and hands what its widgets tell to the layers below."""
