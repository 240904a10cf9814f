"""What each check means, and seeing whether it holds."""
