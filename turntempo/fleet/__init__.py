"""A fleet of agents over MQTT: what they publish is stored, and better settings are published to them."""
