"""What a project asks for: `deps.toml`, its rules and its errors."""
