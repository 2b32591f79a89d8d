"""The command line: it calls the other packages, prints and exits."""
