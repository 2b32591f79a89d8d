"""What is looked up: terms of the glossary, pages of the guide."""
