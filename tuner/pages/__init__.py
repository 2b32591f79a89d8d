"""One document a result: a recommendation, a diagnosis and a comparison, as headings, sentences, tables and charts.

Whoever shows a result picks chapters of its page and renders the blocks: `tui/text/document.py` for the terminal and
the terminal app, `tuner/support/report/writing.py` as HTML and Markdown.
"""
