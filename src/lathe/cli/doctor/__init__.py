"""What `lathe doctor` looks at: one function a check, each with a finding in words."""
