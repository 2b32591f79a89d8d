"""LiveKit Agents for Python and for Node.js."""
