"""Work in the background: figures of the settings on the sliders, and searches."""
