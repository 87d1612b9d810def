"""Delivery mode `broadcast`: a viewer's app on channels, as the SDK's `client/sdk/src/channels` is."""
