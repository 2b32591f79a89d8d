"""One vendor a file, or a folder where a vendor has several."""
