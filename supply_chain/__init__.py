"""What is known of third-party code: bills of materials of the deployed assets, and audits for advisories."""
