"""What a project got: `deps.lock`, its rules, its errors, and how it differs from the manifest."""
