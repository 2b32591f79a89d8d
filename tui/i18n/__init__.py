"""The app in the user's language: phrases, and widgets with translated keys."""
