"""The front door: the command line. It wires, prints and exits."""
