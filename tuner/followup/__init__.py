"""Whether what was promised came true in a recording under the recommended settings."""
