"""What a vendor's own SDK says of a document."""
