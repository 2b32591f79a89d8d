"""The stages that take time, each as a protocol and as a model that answers after the times of the turn."""
