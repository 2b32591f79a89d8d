"""From a command's inputs to a vendor's file: what is read, what is deployed, what may leave."""
