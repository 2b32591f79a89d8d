"""Moments of a recording to listen to: cut out of the sound as short files, with a page to click through them."""
