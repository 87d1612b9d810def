"""Managed Service for Apache Flink: applications run by the embedded engine or a Flink mini-cluster."""
