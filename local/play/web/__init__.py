"""The viewers' web app on one machine: its files, its picture, and a sign-in for personas."""
