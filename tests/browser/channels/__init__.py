"""The app in a browser on a stage that broadcasts: one twin of its own assembly."""
