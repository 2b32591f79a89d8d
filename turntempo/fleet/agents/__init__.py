"""The other side of the contract: an agent that publishes its turns and obeys recommended settings, simulated."""
