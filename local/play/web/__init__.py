"""The viewers' web app on one machine: its files, its video stream, and a sign-in for personas."""
