"""OpenTelemetry traces in OTLP, as JSON or protobuf, of whatever agent wrote them."""
