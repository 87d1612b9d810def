"""Where the functions' collaborators are built: one module per area, so that a function imports its own."""
