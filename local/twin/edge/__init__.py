"""The edge: one port where every AWS client of the twin arrives, and is passed on to whom it asked for."""
