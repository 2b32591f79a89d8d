"""Work in the background: settings judged while a slider moves, and searches."""
