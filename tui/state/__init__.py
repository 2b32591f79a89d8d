"""The state of the app: the open source, settings tried and pinned, the result of a search. No widgets."""
