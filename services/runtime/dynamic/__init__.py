"""Dynamic settings: those that may change while processes run, each declared once, with its type and bounds."""
