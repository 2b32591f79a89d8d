"""What a diagnosis found in words: sentences to paste, three lines in short, and the page that explains each."""
