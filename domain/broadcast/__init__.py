"""The broadcast of a match: observations in its picture and sound, and the media time of moments."""
