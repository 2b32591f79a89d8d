"""The app in its user's language: phrases, and widgets whose keys are translated."""
