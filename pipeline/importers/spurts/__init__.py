"""Tables of speech: talk spurts of any diarised corpus, and turns made from them."""
