"""Live calls: their stages, sound in and out, the recording, and the page on which two settings are heard."""
