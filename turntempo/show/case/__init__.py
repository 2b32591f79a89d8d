"""Support cases for the terminal: a case, a folder of cases, before and after."""
